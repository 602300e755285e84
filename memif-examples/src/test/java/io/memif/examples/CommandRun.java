package io.memif.examples;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;

/** One run of the command inside this JVM, on a thread of its own. */
public final class CommandRun implements AutoCloseable {
    private static final long LONGEST_RUN_SECONDS = 20;

    private final StopSignal stop = new StopSignal();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final FutureTask<Integer> result;
    private final Thread thread;

    private CommandRun(String[] args) {
        CommandLine line = Memif.commandLine(stop);
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        Callable<Integer> run = () -> line.execute(args);
        result = new FutureTask<>(run);
        thread = new Thread(result, "command");
        thread.start();
    }

    public static CommandRun start(String... args) {
        return new CommandRun(args);
    }

    /** Splits at spaces. */
    public static CommandRun startWords(String words) {
        return start(words.trim().split(" +"));
    }

    public CommandRun stop() {
        stop.request();
        return this;
    }

    public int exitCode() throws Exception {
        return result.get(LONGEST_RUN_SECONDS, TimeUnit.SECONDS);
    }

    public String out() {
        return out.toString();
    }

    public String err() {
        return err.toString();
    }

    /** Everything that helps to understand a wrong result. */
    public String transcript() {
        return "standard output:\n" + out + "standard error:\n" + err;
    }

    @Override
    public void close() {
        stop();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(LONGEST_RUN_SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted while the command ends", e);
        }
        assertFalse(thread.isAlive(), "the command does not end");
    }
}
