package io.memif.tests.bench.side;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** In which order the matches of a row are played. Stateless. */
final class Schedule {
    private Schedule() {}

    /** Ours and theirs in turns; every other round the other way round. */
    static List<Run> round(Row row, List<Jvm> jvms, int round) {
        List<Run> runs = new ArrayList<>();
        for (int i = 0; i < jvms.size(); i++) {
            String jvm = jvms.get(i).name();
            runs.add(new Run(row.id(), false, jvm, round, null, null));
            if (row.reference() != null && (i == 0 || row.isReferenceJava())) {
                runs.add(new Run(row.id(), true, jvm, round, null, null));
            }
        }
        if (round % 2 == 1) {
            Collections.reverse(runs);
        }
        return runs;
    }

    /** One line for who watches. */
    static String describe(Row row, Run run) {
        StringBuilder text = new StringBuilder();
        text.append(
                String.format(
                        "%-22s %-10s %-9s run %d:",
                        row.id(),
                        run.jvm(),
                        run.reference() ? "reference" : "ours",
                        run.round() + 1));
        for (Metric metric : row.goals().keySet()) {
            List<Double> windows = metric.windows(run.result());
            text.append(
                    String.format(
                            Locale.ROOT,
                            "  %.2f %s (all windows %.2f)",
                            Statistics.bestQuarter(windows, metric.isMoreBetter()),
                            metric.unit(),
                            Statistics.median(windows)));
        }
        return text.append(
                        String.format(
                                Locale.ROOT,
                                "  lost %.3f, stolen %.3f",
                                run.result().lost(),
                                run.result().stolen()))
                .toString();
    }
}
