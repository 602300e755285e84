package io.memif.tests.bench.side;

import java.io.IOException;
import java.util.List;

/**
 * Aeron IPC, see {@link AeronProcess}. The receiving side brings the media driver along, on no
 * processor in particular, since it only does the bookkeeping.
 *
 * @param workload sink or source
 * @param touch none or read
 * @param length of the messages in bytes
 */
record AeronEnd(String workload, String touch, int length) implements End {
    private static final List<String> FLAGS =
            List.of(
                    "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
                    "--add-opens=java.base/java.util.zip=ALL-UNNAMED",
                    "-Dagrona.disable.bounds.checks=true");

    @Override
    public String title() {
        return "Aeron " + workload;
    }

    @Override
    public boolean listens() {
        return workload.equals("sink");
    }

    @Override
    public Running start(RunContext context) throws IOException {
        Child driver =
                listens() ? Child.start("Aeron driver", -1, command(context, "driver")) : null;
        return new WindowedRateProcess(
                driver, Child.start(title(), context.cpu(), command(context, workload)));
    }

    private List<String> command(RunContext context, String what) {
        List<String> launch =
                List.of(
                        "-cp",
                        System.getProperty("java.class.path"),
                        AeronProcess.class.getName(),
                        what,
                        context.directory().resolve("aeron").toString(),
                        touch,
                        Integer.toString(length),
                        Long.toString(context.times().warmUpNs()),
                        Long.toString(context.times().windowNs()));
        return context.jvm().command(FLAGS, launch);
    }
}
