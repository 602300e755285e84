package io.memif.tests.bench.side;

import java.util.List;
import java.util.Locale;

/** The table in Markdown. */
final class Table {
    private static final double PERCENT = 100;

    private Table() {}

    static String of(String machine, List<Comparison> comparisons, String settings) {
        StringBuilder text = new StringBuilder();
        text.append(machine).append("\n\n");
        text.append(
                "| row | JVM | ours | reference | ratio | ratio of all windows | goal | |"
                        + " B/packet | lost, stolen |\n");
        text.append("|---|---|---|---|---|---|---|---|---|---|\n");
        for (Comparison each : comparisons) {
            text.append(line(each));
        }
        text.append('\n').append(settings).append('\n');
        return text.toString();
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
