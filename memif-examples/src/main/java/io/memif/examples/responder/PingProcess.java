package io.memif.examples.responder;

import io.memif.Role;
import io.memif.examples.JavaCommand;
import io.memif.examples.LinkOptions;
import io.memif.examples.icmp.IpPrefix;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A second JVM that pings us over a socket in a temporary directory; both are gone after close. Any
 * thread.
 */
final class PingProcess implements AutoCloseable {
    private static final long LONGEST_GOODBYE_SECONDS = 3;

    /** Of a JVM that SIGTERM has ended. */
    private static final int TERMINATED = 128 + 15;

    private final Path directory;
    private final Process process;

    private PingProcess(Path directory, Process process) {
        this.directory = directory;
        this.process = process;
    }

    /**
     * Starts the JVM, with our own Java and flags.
     *
     * @param link our own options; the peer's are made to match
     * @param target whom to ping
     * @param count how often
     */
    static PingProcess start(LinkOptions link, IpPrefix target, long count) throws IOException {
        Path directory = Files.createTempDirectory("memif-demo");
        try {
            List<String> command = JavaCommand.memif("ping");
            add(command, "--socket", socketIn(directory));
            add(command, "--target", target.address().toString());
            add(command, "--source", target.neighbour().toString());
            add(command, "--count", Long.toString(count));
            add(command, "--interval", "0.2");
            add(command, "--role", link.role() == Role.SLAVE ? "master" : "slave");
            addLink(command, link, directory);
            Process process =
                    new ProcessBuilder(command)
                            .redirectInput(new File("/dev/null"))
                            .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            return new PingProcess(directory, process);
        } catch (IOException e) {
            delete(directory);
            throw e;
        }
    }

    private static void addLink(List<String> command, LinkOptions link, Path directory)
            throws IOException {
        add(command, "--id", link.id());
        add(command, "--mode", link.modeName());
        add(command, "--rx-mode", link.rxModeName());
        add(command, "--queues", Integer.toString(link.queues()));
        add(command, "--ring-size", Integer.toString(link.ringSize()));
        add(command, "--buffer-size", Integer.toString(link.bufferSize()));
        byte[] secret = link.readSecret();
        if (secret.length > 0) {
            Path file = directory.resolve("secret");
            Files.createFile(
                    file,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
            Files.write(file, secret);
            add(command, "--secret-file", file.toString());
        }
    }

    private static void add(List<String> command, String option, String value) {
        command.add(option);
        command.add(value);
    }

    private static String socketIn(Path directory) {
        return directory.resolve("memif.sock").toString();
    }

    String socket() {
        return socketIn(directory);
    }

    /** The action must not throw: nobody would hear of it. */
    @SuppressWarnings("FutureReturnValueIgnored")
    void onExit(Runnable action) {
        process.onExit().thenRun(action);
    }

    /**
     * Ends the JVM if it has not ended, and tells how it ended. The code of a ping that was done
     * when our signal came is lost; it counts as 0, since nobody waits for more replies.
     */
    int exitCode() throws InterruptedException {
        boolean isAsked = process.isAlive();
        process.destroy();
        if (!process.waitFor(LONGEST_GOODBYE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        int code = process.waitFor();
        return isAsked && code == TERMINATED ? 0 : code;
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly().onExit().join();
        delete(directory);
    }

    private static void delete(Path directory) throws IOException {
        Files.deleteIfExists(directory.resolve("secret"));
        Files.deleteIfExists(Path.of(socketIn(directory)));
        Files.delete(directory);
    }
}
