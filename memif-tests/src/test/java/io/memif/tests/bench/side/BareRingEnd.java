package io.memif.tests.bench.side;

import java.io.IOException;
import java.util.List;

/**
 * The bare ring, see {@link BareRingProcess}.
 *
 * @param workload sink or source
 * @param touch none, read or copy
 * @param length of the packets in bytes
 */
record BareRingEnd(String workload, String touch, int length) implements End {
    @Override
    public String title() {
        return "bare ring " + workload;
    }

    @Override
    public boolean listens() {
        return workload.equals("sink");
    }

    @Override
    public Running start(RunContext context) throws IOException {
        List<String> launch =
                List.of(
                        "-cp",
                        System.getProperty("java.class.path"),
                        BareRingProcess.class.getName(),
                        workload,
                        context.directory().resolve("ring").toString(),
                        touch,
                        Integer.toString(length),
                        Long.toString(context.times().warmUpNs()),
                        Long.toString(context.times().windowNs()));
        List<String> command = context.jvm().command(List.of(), launch);
        return new WindowedRateProcess(null, Child.start(title(), context.cpu(), command));
    }
}
