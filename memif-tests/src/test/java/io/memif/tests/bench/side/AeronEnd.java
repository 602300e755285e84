package io.memif.tests.bench.side;

import com.google.gson.JsonParser;
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
    private static final long START_NS = 30_000_000_000L;
    private static final List<String> FLAGS =
            List.of(
                    "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
                    "--add-opens=java.base/java.util.zip=ALL-UNNAMED",
                    "-Dagrona.disable.bounds.checks=true");

    @Override
    public boolean listens() {
        return workload.equals("sink");
    }

    @Override
    public Running start(Place place) throws IOException {
        Child driver = listens() ? Child.start("aeron driver", -1, command(place, "driver")) : null;
        return new Process(
                driver, Child.start("aeron " + workload, place.cpu(), command(place, workload)));
    }

    private List<String> command(Place place, String what) {
        List<String> args =
                List.of(
                        what,
                        place.directory().resolve("aeron").toString(),
                        touch,
                        Integer.toString(length),
                        Long.toString(place.times().warmUpNs()),
                        Long.toString(place.times().windowNs()));
        return place.jvm().command(FLAGS, AeronProcess.class.getName(), args);
    }

    private record Process(Child driver, Child child) implements Running {
        @Override
        public void awaitReady() throws InterruptedException {
            if (driver != null) {
                driver.await("ready", START_NS);
            }
            child.await("ready", START_NS);
        }

        @Override
        public void awaitLink() throws InterruptedException {
            child.await("link up", START_NS);
        }

        @Override
        public void go() {
            // It has begun with the link.
        }

        @Override
        public void pause(long ns) throws InterruptedException {
            child.pause(ns);
        }

        @Override
        public long cpuNs() {
            return child.cpuNs();
        }

        @Override
        public void measure(Place.Times times) throws InterruptedException {
            child.pause(times.measureNs() + times.windowNs());
        }

        @Override
        public Told finish() throws InterruptedException, IOException {
            child.closeInput();
            return JavaEnd.told(
                    JsonParser.parseString(child.await("{", START_NS)).getAsJsonObject());
        }

        @Override
        public void close() {
            child.close();
            if (driver != null) {
                driver.terminate();
                driver.close();
            }
        }
    }
}
