package io.memif.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A program in a process of its own: lines can be sent to it, its output is collected, and after
 * {@link #close} it is gone, with all that it started.
 *
 * <p>Every wait has a limit, and whatever fails says what the process has written. Used by one
 * thread.
 */
public final class ChildProcess implements AutoCloseable {
    /** Longest wait, in nanoseconds: for what takes a second at most on an idle machine. */
    public static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(60);

    /** JVM flags for children that have to start soon and need little. */
    public static final List<String> SMALL_JVM =
            List.of("-Xshare:auto", "-XX:TieredStopAtLevel=1", "-Xmx64m");

    /** The flags of the build's test JVMs, {@code test.jvm.flags}. */
    static final List<String> BUILD_FLAGS =
            List.of("--enable-native-access=ALL-UNNAMED", "-XX:-OmitStackTraceInFastThrow");

    /** Several JVMs share the machine, and a crash has to be seen in the output. */
    private static final List<String> CHILD_FLAGS =
            List.of(
                    "-Xmx256m",
                    "-XX:+UseSerialGC",
                    "-XX:-CreateCoredumpOnCrash",
                    "-XX:ErrorFile=/dev/stdout");

    private static final long GRACE_NS = TimeUnit.SECONDS.toNanos(20);

    private final String name;
    private final boolean hasInput;
    private final Process process;
    private final ProcessOutput out;
    private final ProcessOutput err;
    private int consumed;

    private ChildProcess(String name, ProcessBuilder builder) throws IOException {
        this.name = name;
        hasInput = builder.redirectInput() == ProcessBuilder.Redirect.PIPE;
        process = builder.start();
        out = new ProcessOutput("output of " + name, process.getInputStream());
        err = new ProcessOutput("errors of " + name, process.getErrorStream());
    }

    /** What to start, and how. Variables of the environment that name Java are not passed on. */
    public static final class Builder {
        private final String name;
        private final List<String> command = new ArrayList<>();
        private final ProcessBuilder builder = new ProcessBuilder();

        private Builder(String name, List<String> command) {
            this.name = name;
            this.command.addAll(command);
            builder.environment().keySet().removeIf(variable -> variable.contains("JAVA"));
        }

        /** Has another command run it, such as {@code taskset -c 0}. */
        public Builder by(List<String> prefix) {
            command.addAll(0, prefix);
            return this;
        }

        /** Lets it open descriptors below this number only. */
        public Builder descriptorLimit(int limit) {
            return by(List.of("bash", "-c", "ulimit -n " + limit + "; exec \"$0\" \"$@\""));
        }

        /** Gives it no input. */
        public Builder withoutInput() {
            return configure(each -> each.redirectInput(Path.of("/dev/null").toFile()));
        }

        /** Sets its working directory and environment. */
        public Builder configure(Consumer<ProcessBuilder> setting) {
            setting.accept(builder);
            return this;
        }

        /** Starts it. */
        public ChildProcess start() {
            try {
                return new ChildProcess(name, builder.command(command));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Any program; the name is for messages. */
    public static Builder command(String name, List<String> command) {
        return new Builder(name, command);
    }

    /** A JVM like this one: the same Java, class path and flags of the build. */
    public static Builder java(Class<?> main, String... arguments) {
        return java(List.of(), main, arguments);
    }

    /** A JVM like this one with more flags. */
    public static Builder java(List<String> flags, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(BUILD_FLAGS);
        command.addAll(CHILD_FLAGS);
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        return new Builder(main.getSimpleName() + " " + String.join(" ", arguments), command);
    }

    /** Runs a program to its end; its exit code and its output can be asked for afterwards. */
    public static ChildProcess run(List<String> command) throws InterruptedException {
        try (ChildProcess child = command(command.get(0), command).start()) {
            child.exitCode();
            return child;
        }
    }

    /** Writes a line to its standard input. */
    public void send(String line) {
        try {
            process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw new AssertionError("cannot send \"" + line + "\" to " + this, e);
        }
    }

    /** Waits for a line of standard output that starts so; those before it are skipped. */
    public String awaitLine(String start) throws InterruptedException {
        return consume(await(consumed, lineWith(start)));
    }

    /** As {@link #awaitLine(String)}, and does something again and again meanwhile. */
    public String awaitLine(String start, Runnable meanwhile) {
        Pattern wanted = lineWith(start);
        long end = System.nanoTime() + LIMIT_NS;
        while (true) {
            meanwhile.run();
            boolean over = out.hasEnded() || System.nanoTime() - end > 0;
            MatchResult found = out.find(consumed, wanted);
            if (found != null) {
                return consume(found);
            }
            if (over) {
                throw new AssertionError("no line \"" + start + "...\" from " + this);
            }
        }
    }

    private static Pattern lineWith(String start) {
        return Pattern.compile("^(" + Pattern.quote(start) + ".*)\n", Pattern.MULTILINE);
    }

    private String consume(MatchResult line) {
        consumed = line.end();
        return line.group(1);
    }

    /** Waits for a text anywhere in its standard output. */
    public void awaitText(String text) throws InterruptedException {
        await(0, Pattern.compile(Pattern.quote(text)));
    }

    /** Waits for a text in its standard output at or after a position. */
    public MatchResult await(int from, Pattern wanted) throws InterruptedException {
        MatchResult found = out.await(from, wanted, LIMIT_NS);
        if (found == null) {
            throw new AssertionError("no '" + wanted + "' from " + this);
        }
        return found;
    }

    /** The lines of standard output so far that start so, whether waited for or not. */
    public List<String> lines(String start) {
        return out.toString().lines().filter(line -> line.startsWith(start)).toList();
    }

    /** Standard output so far; all of it after {@link #exitCode}. */
    public String out() {
        return out.toString();
    }

    /** Standard error so far; all of it after {@link #exitCode}. */
    public String err() {
        return err.toString();
    }

    /** Whether it runs, or is stopped by a signal. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** Its number, the processes that it started, the processor time it has taken. */
    public ProcessHandle handle() {
        return process.toHandle();
    }

    /** Sends a signal by name, such as TERM, STOP or CONT. */
    public void signal(String signal) throws InterruptedException {
        run(List.of("kill", "-" + signal, Long.toString(process.pid())));
    }

    /** Waits until it ends by itself. */
    public int exitCode() throws InterruptedException {
        long end = System.nanoTime() + LIMIT_NS;
        if (!process.waitFor(LIMIT_NS, TimeUnit.NANOSECONDS) || !hasWrittenAll(end)) {
            throw new AssertionError("no end of " + this);
        }
        return process.exitValue();
    }

    private boolean hasWrittenAll(long end) throws InterruptedException {
        return out.awaitEnd(end - System.nanoTime()) && err.awaitEnd(end - System.nanoTime());
    }

    /** Ends it, and what it started, without a chance to clean up; returns when they are gone. */
    public void kill() {
        List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
        // The process object's own method would close the output before it is read.
        all.add(process.toHandle());
        all.forEach(ProcessHandle::destroyForcibly);
        closeInput();
        if (!isGoneWithin(GRACE_NS)) {
            throw new AssertionError("it was killed, but is not gone: " + this);
        }
    }

    /** Ends its standard input, and kills it if that does not help, or if it has none. */
    @Override
    public void close() {
        closeInput();
        if (!hasInput || !isGoneWithin(GRACE_NS)) {
            kill();
        }
    }

    private void closeInput() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            // The other end of the pipe is gone, and this one is closed all the same.
            return;
        }
    }

    /** Whether it has ended and all its output is here in time; interrupts are kept for later. */
    private boolean isGoneWithin(long limitNs) {
        long end = System.nanoTime() + limitNs;
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return process.waitFor(end - System.nanoTime(), TimeUnit.NANOSECONDS)
                            && hasWrittenAll(end);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** How it is and all that it has written, for the message of a failure. */
    @Override
    public String toString() {
        String state = isAlive() ? "running" : "exit code " + process.exitValue();
        return name + " (" + state + "), standard output:\n" + out + "standard error:\n" + err;
    }
}
