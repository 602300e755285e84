package io.memif.tests.bench.side;

import java.io.IOException;

/**
 * A process that reports by {@link WindowedRate}.
 *
 * @param helper that has to run beside it and is no part of what is measured; null if none
 * @param child the process
 */
record WindowedRateProcess(Child helper, Child child) implements End.Running {
    private static final long START_NS = 30_000_000_000L;

    @Override
    public void awaitReady() throws InterruptedException {
        if (helper != null) {
            helper.await("ready", START_NS);
        }
        child.await("ready", START_NS);
    }

    @Override
    public void awaitLink() throws InterruptedException {
        child.await("link up", START_NS);
    }

    @Override
    public Figures finish() throws InterruptedException, IOException {
        child.closeInput();
        return Figures.parse(child.await("{", START_NS));
    }

    @Override
    public void close() {
        child.close();
        if (helper != null) {
            helper.terminate();
            helper.close();
        }
    }
}
