package io.memif.tests.bench.side;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The table of a processor model in Markdown. Stateless. */
final class Table {
    private static final double PERCENT = 100;
    private static final double NS_PER_US = 1e3;

    private Table() {}

    /**
     * All figures of the first JVM, and the results of all if there are several.
     *
     * @param hasChart whether the chart is beside it
     */
    static String of(Measurements all, boolean hasChart) {
        List<String> jvms = all.jvms();
        StringBuilder text = new StringBuilder();
        text.append("# ").append(all.processor()).append("\n\n");
        text.append(all.machine()).append(", ").append(all.date()).append("\n\n");
        text.append(
                "| row | JVM | date | line round trip | pairs | ours | reference | ratio | ratio of"
                        + " all windows | floor: ours, reference | goal | | B/packet | lost, stolen"
                        + " |\n");
        text.append("|---".repeat(14)).append("|\n");
        all.entries().stream()
                .filter(entry -> entry.jvm().equals(jvms.get(0)))
                .map(Table::line)
                .forEach(text::append);
        if (jvms.size() > 1) {
            text.append('\n').append(ofAllJvms(all.entries(), jvms));
        }
        text.append('\n').append(all.settings()).append('\n');
        if (hasChart) {
            text.append("\n![Throughput by packet size](").append(all.fileName()).append(".svg)\n");
        }
        return text.toString();
    }

    private static String ofAllJvms(List<Entry> entries, List<String> jvms) {
        StringBuilder text = new StringBuilder("| result on | goal | ");
        text.append(String.join(" | ", jvms)).append(" |\n|---|---");
        text.append("|---".repeat(jvms.size())).append("|\n");
        List<Entry> done = new ArrayList<>();
        for (Entry first : entries) {
            if (done.stream().noneMatch(first::isOfSameRow)) {
                done.add(first);
                text.append(String.format("| %s | %s |", title(first), first.goalText()));
                for (String jvm : jvms) {
                    List<String> results =
                            entries.stream()
                                    .filter(first::isOfSameRow)
                                    .filter(entry -> entry.jvm().equals(jvm))
                                    .map(Table::result)
                                    .toList();
                    text.append(' ').append(String.join("; ", results)).append(" |");
                }
                text.append('\n');
            }
        }
        return text.toString();
    }

    /** The title of its row, with the metric if that is not the usual one. */
    static String title(Entry entry) {
        return entry.metric() != Metric.RATE && entry.metric() != Metric.IDLE
                ? entry.title() + ", " + entry.metric().unit()
                : entry.title();
    }

    /** The result and what to think of it. */
    static String result(Entry entry) {
        return entry.result() == null
                ? entry.verdict()
                : ratio(entry.result()) + " " + entry.verdict();
    }

    private static String line(Entry it) {
        List<String> cells =
                List.of(
                        title(it),
                        it.jvm(),
                        it.date(),
                        it.line() == null ? "" : values(it.line(), "%.0f", "ns"),
                        pairs(it),
                        it.ours() == null ? "" : values(it.ours(), null, it.metric().unit()),
                        it.reference() == null
                                ? ""
                                : values(it.reference(), null, it.metric().unit()),
                        it.ratio() == null ? "" : ratio(it.ratio()),
                        it.plainRatio() == null ? "" : ratio(it.plainRatio()),
                        floor(it),
                        it.goalText(),
                        it.verdict(),
                        it.allocatedPerPacket() == null ? "" : ratio(it.allocatedPerPacket()),
                        it.lost() == null
                                ? ""
                                : String.format(
                                        Locale.ROOT,
                                        "%.1f %%, %.1f %%",
                                        it.lost() * PERCENT,
                                        it.stolen() * PERCENT));
        return "| " + String.join(" | ", cells) + " |\n";
    }

    private static String pairs(Entry it) {
        if (it.kept() == null) {
            return "";
        }
        return it.dropped() == 0
                ? it.kept().toString()
                : it.kept() + ", " + it.dropped() + " dropped";
    }

    private static String floor(Entry it) {
        if (it.oursInLines() != null) {
            return both(it.oursInLines(), it.referenceInLines(), "lines");
        }
        if (it.metric() != Metric.RATE || it.ours() == null) {
            return "";
        }
        Double theirs =
                it.reference() == null ? null : (Double) (NS_PER_US / it.reference().median());
        return both(NS_PER_US / it.ours().median(), theirs, "ns/packet");
    }

    private static String both(double ours, Double theirs, String unit) {
        return theirs == null
                ? String.format(Locale.ROOT, "%.1f %s", ours, unit)
                : String.format(Locale.ROOT, "%.1f, %.1f %s", ours, theirs, unit);
    }

    private static String values(Entry.Spread spread, String format, String unit) {
        return String.format(
                "%s %s (%s to %s)",
                number(spread.median(), format),
                unit,
                number(spread.least(), format),
                number(spread.most(), format));
    }

    private static String number(double value, String format) {
        String usual = value < PERCENT ? "%.2f" : "%.0f";
        return String.format(Locale.ROOT, format == null ? usual : format, value);
    }

    private static String ratio(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }
}
