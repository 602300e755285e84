package io.memif.tests.bench.side;

import io.memif.testing.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A process pinned to one processor, line by line. Used by one thread. */
final class Child implements AutoCloseable {
    private static final String END = "\0";
    private static final int REMEMBERED = 15;
    private static final long LAST_WORDS_NS = 5_000_000_000L;

    private final String name;
    private final Process process;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final Deque<String> latest = new ArrayDeque<>();

    private Child(String name, Process process) {
        this.name = name;
        this.process = process;
    }

    /** Starts it on a processor, or on any if {@code cpu} is negative. */
    static Child start(String name, int cpu, List<String> command) throws IOException {
        List<String> pinned = new ArrayList<>();
        if (cpu >= 0) {
            pinned.addAll(List.of("taskset", "-c", Integer.toString(cpu)));
        }
        pinned.addAll(command);
        Process process = new ProcessBuilder(pinned).redirectErrorStream(true).start();
        Child child = new Child(name, process);
        Thread reader = new Thread(child::read, "reader of " + name);
        reader.setDaemon(true);
        reader.start();
        return child;
    }

    private void read() {
        try (BufferedReader in = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                lines.add(line);
            }
        } catch (IOException e) {
            lines.add("(output lost: " + e.getMessage() + ")");
        } finally {
            lines.add(END);
        }
    }

    /** Returns the next line that contains a text. */
    String await(String text, long timeoutNs) throws InterruptedException {
        return await("'" + text + "'", line -> line.contains(text), timeoutNs);
    }

    /**
     * Returns the next line of a kind.
     *
     * @param what it is, for the message if none comes
     */
    String await(String what, Predicate<String> kind, long timeoutNs) throws InterruptedException {
        long deadline = System.nanoTime() + timeoutNs;
        while (true) {
            String line = lines.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (line == null) {
                throw failure("did not print " + what + " in time");
            }
            if (line.equals(END)) {
                lines.add(END);
                throw failure("ended without printing " + what);
            }
            remember(line);
            if (kind.test(line)) {
                return line;
            }
        }
    }

    /** Takes the lines that have come so far. */
    List<String> takeLines() {
        List<String> taken = new ArrayList<>();
        for (String line = lines.poll(); line != null; line = lines.poll()) {
            if (line.equals(END)) {
                lines.add(END);
                return taken;
            }
            remember(line);
            taken.add(line);
        }
        return taken;
    }

    private void remember(String line) {
        latest.add(line);
        if (latest.size() > REMEMBERED) {
            latest.remove();
        }
    }

    void send(String line) {
        try {
            OutputStream in = process.getOutputStream();
            in.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            in.flush();
        } catch (IOException e) {
            throw failure("takes no more commands (" + e.getMessage() + ")");
        }
    }

    void closeInput() throws IOException {
        process.getOutputStream().close();
    }

    /** Processor time of its threads so far; not that of processes that it has started. */
    ThreadTimes threadTimes() {
        return ThreadTimes.of(process.toHandle());
    }

    /**
     * SIGTERM, also to what a script has started. The process object's own method would close its
     * output before it is read.
     */
    void terminate() {
        List<ProcessHandle> started = process.descendants().toList();
        process.toHandle().destroy();
        started.forEach(ProcessHandle::destroy);
    }

    /** Lets it run; fails if it ends meanwhile. */
    void pause(long ns) throws InterruptedException {
        if (process.waitFor(ns, TimeUnit.NANOSECONDS)) {
            // Its last words may be on their way to the reader still.
            Await.until(LAST_WORDS_NS, () -> lines.contains(END));
            throw failure("ended early with " + process.exitValue());
        }
    }

    private RunFailure failure(String what) {
        takeLines();
        return new RunFailure(
                name + " " + what + "; its last words: " + String.join(" | ", latest));
    }

    @Override
    public String toString() {
        return name;
    }

    /** Kills it if it has not ended by itself soon. */
    @Override
    public void close() {
        try {
            if (!process.waitFor(LAST_WORDS_NS, TimeUnit.NANOSECONDS)) {
                kill();
            }
        } catch (InterruptedException e) {
            kill();
            Thread.currentThread().interrupt();
        }
        process.onExit().join();
    }

    private void kill() {
        List<ProcessHandle> started = process.descendants().toList();
        process.destroyForcibly();
        started.forEach(ProcessHandle::destroyForcibly);
    }
}
