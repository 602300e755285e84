package io.memif.tests.bench.side;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Runs a pair between two processors, and measures the line round trip around its runs. */
final class PairRunner implements Campaign.Pairs {
    private final Cpus cpus;
    private final RunContext.Times times;
    private final LineProbe probe;

    PairRunner(Cpus cpus, RunContext.Times times) throws IOException, InterruptedException {
        this.cpus = cpus;
        this.times = times;
        this.probe = new LineProbe(cpus);
    }

    @Override
    public Pair run(Row row, Jvm jvm, int round) throws IOException, InterruptedException {
        List<Double> line = new ArrayList<>();
        Setup.Result ours = null;
        Setup.Result reference = null;
        boolean oursFirst = round % 2 == 0;
        try {
            line.add(probe.measureNs());
            if (oursFirst) {
                ours = run(row, row.ours(), jvm);
                line.add(probe.measureNs());
            }
            if (row.reference() != null) {
                reference = run(row, row.reference(), jvm);
                line.add(probe.measureNs());
            }
            if (!oursFirst) {
                ours = run(row, row.ours(), jvm);
                line.add(probe.measureNs());
            }
            return new Pair(row.id(), jvm.name(), round, line, ours, reference, null);
        } catch (RunFailure e) {
            return new Pair(row.id(), jvm.name(), round, line, null, null, e.getMessage());
        }
    }

    private Setup.Result run(Row row, Setup setup, Jvm jvm)
            throws IOException, InterruptedException {
        Setup.Result result = setup.run(cpus, jvm, row.times(times), row.comparesProcessorTime());
        for (Metric metric : row.goals().keySet()) {
            if (Double.isNaN(metric.best(result))) {
                throw new RunFailure(
                        setup.tested().title()
                                + " to "
                                + setup.opposite().title()
                                + ": no figure for "
                                + metric.unit());
            }
        }
        return result;
    }
}
