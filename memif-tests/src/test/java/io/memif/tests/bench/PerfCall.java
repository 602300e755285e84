package io.memif.tests.bench;

import com.google.gson.JsonObject;
import io.memif.examples.Memif;
import io.memif.examples.StopSignal;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.stream.Stream;

/** {@code memif perf --json} on a thread of this JVM. */
final class PerfCall {
    private final StopSignal stop = new StopSignal();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Thread thread;
    private volatile int exitCode = -1;

    private PerfCall(List<String> args) {
        thread =
                new Thread(
                        () ->
                                exitCode =
                                        Memif.commandLine(stop)
                                                .setOut(new PrintWriter(out, true))
                                                .setErr(new PrintWriter(err, true))
                                                .execute(args.toArray(new String[0])),
                        "perf-call");
        thread.setDaemon(true);
    }

    /** Starts it; {@code args} are split at spaces. */
    static PerfCall start(String args) {
        return start(Stream.of("perf", "--json"), args);
    }

    /** Starts {@code memif perf ndr --json}; {@code args} are split at spaces. */
    static PerfCall startNdr(String args) {
        return start(Stream.of("perf", "ndr", "--json"), args);
    }

    private static PerfCall start(Stream<String> command, String args) {
        Stream<String> words = Stream.of(args.trim().split(" +"));
        PerfCall call = new PerfCall(Stream.concat(command, words).toList());
        call.thread.start();
        return call;
    }

    void stop() {
        stop.request();
    }

    int exitCode() throws InterruptedException {
        thread.join();
        return exitCode;
    }

    String out() {
        return out.toString();
    }

    String err() {
        return err.toString();
    }

    /** Waits for the end; fails unless it ended with 0 and one line of JSON. */
    JsonObject json() throws InterruptedException {
        if (exitCode() != 0) {
            throw new AssertionError("exit code " + exitCode + ": " + err);
        }
        return JsonLineCheck.parse(out());
    }
}
