package io.memif.tests.bench.side;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The table in Markdown. */
final class Table {
    private static final double PERCENT = 100;

    private Table() {}

    /** All figures of the first JVM, and the ratios of all if there are several. */
    static String of(String machine, List<Comparison> comparisons, String settings) {
        Map<String, List<Comparison>> byJvm =
                comparisons.stream()
                        .collect(
                                Collectors.groupingBy(
                                        Comparison::jvm, LinkedHashMap::new, Collectors.toList()));
        StringBuilder text = new StringBuilder();
        text.append(machine).append("\n\n");
        text.append(
                "| row | JVM | ours | reference | ratio | ratio of all windows | goal | |"
                        + " B/packet | lost, stolen |\n");
        text.append("|---|---|---|---|---|---|---|---|---|---|\n");
        byJvm.values().stream()
                .limit(1)
                .flatMap(List::stream)
                .map(Table::line)
                .forEach(text::append);
        if (byJvm.size() > 1) {
            text.append('\n').append(ratios(comparisons, List.copyOf(byJvm.keySet())));
        }
        text.append('\n').append(settings).append('\n');
        return text.toString();
    }

    private static String ratios(List<Comparison> comparisons, List<String> jvms) {
        StringBuilder text = new StringBuilder("| ratio on | goal | ");
        text.append(String.join(" | ", jvms)).append(" |\n|---|---");
        text.append("|---".repeat(jvms.size())).append("|\n");
        Map<List<Object>, List<Comparison>> byRow =
                comparisons.stream()
                        .collect(
                                Collectors.groupingBy(
                                        it -> List.of(it.row().title(), it.metric()),
                                        LinkedHashMap::new,
                                        Collectors.toList()));
        for (List<Comparison> row : byRow.values()) {
            Comparison first = row.get(0);
            text.append(String.format("| %s | %s |", named(first), goal(first)));
            for (String jvm : jvms) {
                text.append(' ').append(cell(row, jvm)).append(" |");
            }
            text.append('\n');
        }
        return text.toString();
    }

    private static String named(Comparison it) {
        String title = it.row().title();
        return it.row().goals().size() > 1 ? title + ", " + it.metric().unit() : title;
    }

    private static String cell(List<Comparison> row, String jvm) {
        return row.stream()
                .filter(it -> it.jvm().equals(jvm))
                .map(
                        it -> {
                            double value =
                                    it.theirs().isEmpty()
                                            ? Statistics.median(it.best(it.ours()))
                                            : it.bestRatio();
                            return ratio(value) + " " + it.verdict();
                        })
                .findFirst()
                .orElse("");
    }

    private static String line(Comparison it) {
        String unit = it.metric().unit();
        boolean compared = !it.theirs().isEmpty();
        return String.format(
                Locale.ROOT,
                "| %s | %s | %s | %s | %s | %s | %s | %s | %s | %.1f %%, %.1f %% |%n",
                it.row().title(),
                it.jvm(),
                values(it.best(it.ours()), unit),
                compared ? values(it.best(it.theirs()), unit) : "",
                compared ? ratio(it.bestRatio()) : "",
                compared ? ratio(it.plainRatio()) : "",
                goal(it),
                it.verdict(),
                Double.isNaN(it.allocatedPerPacket())
                        ? ""
                        : String.format(Locale.ROOT, "%.3f", it.allocatedPerPacket()),
                it.lost() * PERCENT,
                it.stolen() * PERCENT);
    }

    private static String values(List<Double> runs, String unit) {
        double least = runs.stream().mapToDouble(Double::doubleValue).min().orElse(Double.NaN);
        double most = runs.stream().mapToDouble(Double::doubleValue).max().orElse(Double.NaN);
        return String.format(
                "%s %s (%s to %s)",
                number(Statistics.median(runs)), unit, number(least), number(most));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value < PERCENT ? "%.2f" : "%.0f", value);
    }

    private static String ratio(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }

    private static String goal(Comparison it) {
        String sign = it.metric().isMoreBetter() ? ">= " : "<= ";
        String unit = it.row().reference() == null ? "" : " x";
        return sign + String.format(Locale.ROOT, "%.2f", it.goal()) + unit;
    }
}
