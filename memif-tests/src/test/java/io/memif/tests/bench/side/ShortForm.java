package io.memif.tests.bench.side;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The worst result of each row on any processor model. Stateless. */
final class ShortForm {
    /** A title that begins with the size of a packet. */
    private static final Pattern SIZE = Pattern.compile("(\\d+ B),? (.*)");

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
        StringBuilder text =
                new StringBuilder(
                        "The worst result of each row, over all processors and JVMs. A state of a"
                                + " machine with fewer than three pairs stands on the processor's"
                                + " page only, if another state has more pairs:\n\n");
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
        text.append("\n| row | goal | worst |\n|---|---|---|\n");
        results(worst(all)).forEach((row, results) -> text.append(row).append(results));
        return text.toString();
    }

    /** The results of rows that differ by packet size only share a line; keyed by its beginning. */
    private static Map<String, String> results(List<Quote> quotes) {
        Map<String, String> lines = new LinkedHashMap<>();
        for (Quote quote : quotes) {
            Entry entry = quote.entry();
            Matcher title = SIZE.matcher(Table.title(entry));
            boolean isSized = title.matches();
            String row = isSized ? title.group(2) : Table.title(entry);
            String size = isSized ? title.group(1) + " " : "";
            String verdict = entry.verdict().equals("met") ? "" : " (" + entry.verdict() + ")";
            String result = String.format(Locale.ROOT, "%s%.3f%s", size, entry.result(), verdict);
            lines.merge(
                    String.format("| %s | %s |", row, entry.goalText()),
                    " " + result + " |\n",
                    (known, next) -> known.replace(" |\n", "," + next));
        }
        return lines;
    }
}
