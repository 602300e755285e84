package io.memif.tests.life;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A second JVM, the same as this one, that is told what to do line by line and answers in lines.
 *
 * <p>What it says and nobody waits for is kept for the message of a failure.
 */
public final class ChildJvm implements AutoCloseable {
    private static final long WAIT_S = 60;
    private static final String END = "(end of output)";

    /** Starts soon and needs little, for children that die often. */
    private static final List<String> SMALL =
            List.of("-Xshare:auto", "-XX:TieredStopAtLevel=1", "-Xmx64m");

    private final Process process;
    private final Writer commands;
    private final Thread reader;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final List<String> heard = new ArrayList<>();

    private ChildJvm(Process process) {
        this.process = process;
        this.commands = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
        this.reader = new Thread(this::read, "output of child " + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts a main class of the test's class path. */
    static ChildJvm start(List<String> flags, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("-Xmx256m");
        command.add("-XX:+UseSerialGC");
        command.add("-XX:-CreateCoredumpOnCrash");
        command.add("-XX:ErrorFile=/dev/stdout");
        command.addAll(flags);
        command.add("-cp");
        command.add(
                System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path")));
        command.add(main.getName());
        command.addAll(List.of(arguments));
        try {
            return new ChildJvm(new ProcessBuilder(command).redirectErrorStream(true).start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts one that is up soon and needs little. */
    public static ChildJvm small(Class<?> main, String... arguments) {
        return start(SMALL, main, arguments);
    }

    private void read() {
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                lines.add(line);
            }
        } catch (IOException e) {
            lines.add("reading failed: " + e.getMessage());
        }
        lines.add(END);
    }

    long pid() {
        return process.pid();
    }

    /** Whether it runs, or is stopped by a signal. */
    public boolean isAlive() {
        return process.isAlive();
    }

    void send(String command) {
        try {
            commands.write(command + "\n");
            commands.flush();
        } catch (IOException e) {
            throw new AssertionError("cannot tell the child \"" + command + "\"" + report(), e);
        }
    }

    /** Waits for a line that starts so; those before it are skipped. */
    public String expect(String start) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_S);
        String line = next(end);
        while (line != null && !line.startsWith(start) && !line.equals(END)) {
            line = next(end);
        }
        if (line == null || line.equals(END)) {
            throw new AssertionError("no line \"" + start + "...\"" + report());
        }
        return line;
    }

    private String next(long end) throws InterruptedException {
        String line = lines.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        if (line != null) {
            heard.add(line);
        }
        return line;
    }

    /** Keeps it fed until it says a line that starts so; those before it are skipped. */
    void feedUntilSaid(String start, Runnable feeder) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_S);
        while (true) {
            feeder.run();
            for (String line = lines.poll(); line != null; line = lines.poll()) {
                heard.add(line);
                if (line.startsWith(start)) {
                    return;
                }
                if (line.equals(END)) {
                    throw new AssertionError("the child ended before \"" + start + "\"" + report());
                }
            }
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("no line \"" + start + "...\"" + report());
            }
        }
    }

    /** What it said so far that starts so, whether waited for or not. */
    public List<String> saying(String start) {
        lines.drainTo(heard);
        return heard.stream().filter(line -> line.startsWith(start)).toList();
    }

    /** Everything it said so far, for the message of a failure. */
    private String report() {
        lines.drainTo(heard);
        int first = Math.max(0, heard.size() - 60);
        return (process.isAlive() ? "" : ", exit code " + process.exitValue())
                + ", it said:\n"
                + String.join("\n", heard.subList(first, heard.size()));
    }

    /** Sends a signal by name, such as KILL, STOP or CONT. */
    public void signal(String name) {
        Signals.send(name, process.pid());
    }

    /** Waits until it ends by itself. */
    int exitCode() throws InterruptedException {
        if (!process.waitFor(WAIT_S, TimeUnit.SECONDS)) {
            throw new AssertionError("the child does not end" + report());
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        boolean interrupted = false;
        while (process.isAlive() || reader.isAlive()) {
            try {
                process.waitFor();
                reader.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        try {
            commands.close();
        } catch (IOException e) {
            // The pipe's other end is gone; closing it failed as it must.
            heard.add(e.getMessage());
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
