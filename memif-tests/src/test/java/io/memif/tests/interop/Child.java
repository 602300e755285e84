package io.memif.tests.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** A process of a test: fed by lines, its output collected, gone after close. */
final class Child implements AutoCloseable {
    /** For events that take a second at most on an idle machine. */
    static final long SOON_NS = TimeUnit.SECONDS.toNanos(60);

    private static final long GOODBYE_S = 20;

    private final String name;
    private final Process process;
    private final Output out;
    private final Output err;

    private Child(String name, Process process) {
        this.name = name;
        this.process = process;
        out = new Output(name, process.getInputStream());
        err = new Output(name + " (errors)", process.getErrorStream());
    }

    static Child start(String name, List<String> command) {
        try {
            return new Child(name, new ProcessBuilder(command).start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Starts a JVM like ours that ends with its standard input, so that none outlives a killed
     * test.
     *
     * @param main class with a main method
     * @param args for it
     */
    static Child startJava(String name, Class<?> main, List<String> args) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(EndsWithInput.class.getName());
        command.add(main.getName());
        command.addAll(args);
        return start(name, command);
    }

    /** Runs a program to its end. */
    static Child run(String name, List<String> command) throws InterruptedException {
        try (Child child = start(name, command)) {
            child.awaitExit();
            return child;
        }
    }

    void send(String line) {
        try {
            process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw new AssertionError(name + " does not listen any more:\n" + out + err, e);
        }
    }

    /**
     * Waits for a text on standard output.
     *
     * @param from where to start looking
     */
    MatchResult await(int from, Pattern wanted) throws InterruptedException {
        try {
            return out.await(from, wanted, SOON_NS);
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "\n" + err, e);
        }
    }

    Output out() {
        return out;
    }

    Output err() {
        return err;
    }

    /** Asks it to end, as Ctrl-C and init do. */
    void terminate() {
        process.destroy();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    /** Ends it without giving it a chance to clean up. */
    void kill() {
        process.destroyForcibly();
    }

    /** Waits for the end, which the child comes to by itself. */
    int awaitExit() throws InterruptedException {
        if (!process.waitFor(SOON_NS, TimeUnit.NANOSECONDS)) {
            throw new AssertionError(name + " does not end:\n" + out + err);
        }
        out.awaitEnd();
        err.awaitEnd();
        return process.exitValue();
    }

    /** Closes its standard input, and kills it if that does not help. */
    @Override
    public void close() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            process.destroy();
        }
        try {
            if (!process.waitFor(GOODBYE_S, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
            out.awaitEnd();
            err.awaitEnd();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
