package io.memif.tests.bench.side;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The worst result of each row on any processor model. Stateless. */
final class ShortForm {
    private ShortForm() {}

    /**
     * An entry and whose it is.
     *
     * @param source where it was measured
     * @param entry what was measured
     */
    record Quote(Measurements source, Entry entry) {}

    /** One for each row and metric, in the order of the table. */
    static List<Quote> worst(List<Measurements> all) {
        List<Quote> quotes = new ArrayList<>();
        for (Measurements source : all) {
            for (Entry entry : source.entries()) {
                if (entry.isQuotable(source.entries())) {
                    keepWorse(quotes, new Quote(source, entry));
                }
            }
        }
        List<String> order = Rows.published().stream().map(Row::id).toList();
        quotes.sort(
                (one, other) ->
                        Integer.compare(
                                order.indexOf(one.entry().row()),
                                order.indexOf(other.entry().row())));
        return quotes;
    }

    private static void keepWorse(List<Quote> quotes, Quote fresh) {
        for (int i = 0; i < quotes.size(); i++) {
            Entry known = quotes.get(i).entry();
            if (known.isOfSameRow(fresh.entry())) {
                if (fresh.entry().isWorseThan(known)) {
                    quotes.set(i, fresh);
                }
                return;
            }
        }
        quotes.add(fresh);
    }

    /**
     * The text for the README.
     *
     * @param directory of the tables, as a link from there
     */
    static String of(List<Measurements> all, String directory) {
        StringBuilder text = new StringBuilder("The worst result of each row on any of these:\n\n");
        for (Measurements each : all) {
            text.append(
                    String.format(
                            "- [%s](%s/%s.md), %s, %s%n",
                            each.processor(),
                            directory,
                            each.fileName(),
                            each.date(),
                            String.join(", ", each.jvms())));
        }
        text.append("\n| row | goal | worst | | on |\n|---|---|---|---|---|\n");
        for (Quote quote : worst(all)) {
            Entry it = quote.entry();
            String state =
                    it.line() == null
                            ? ""
                            : String.format(
                                    Locale.ROOT, ", line round trip %.0f ns", it.line().median());
            text.append(
                    String.format(
                            Locale.ROOT,
                            "| %s | %s | %.3f | %s | %s, %s%s |%n",
                            Table.title(it),
                            it.goalText(),
                            it.result(),
                            it.verdict(),
                            quote.source().processor(),
                            it.jvm(),
                            state));
        }
        return text.toString();
    }
}
