package io.memif.examples.handover;

import io.memif.examples.CommandFailure;
import io.memif.examples.CommonOptions;
import io.memif.examples.JavaCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A client that sends numbered lines while its server is replaced, and counts the answers. */
@Command(
        name = "handover-demo",
        description = {
            "Hands a server's listening socket and live connections to a new process.",
            "The old process exits; the client has to see every answer and no reset."
        },
        footerHeading = "%nExamples:%n",
        footer = "  memif handover-demo --connections 8")
public final class HandoverDemoCommand implements Callable<Integer> {
    private static final String OLD = "server-1";
    private static final String NEW = "server-2";
    private static final int WINDOW = 8;
    private static final long TIME_LIMIT_SECONDS = 60;

    @Mixin private CommonOptions.Help help = new CommonOptions.Help();

    @Option(
            names = "--connections",
            defaultValue = "4",
            description = "live connections (default ${DEFAULT-VALUE})")
    private int connections;

    @Option(
            names = "--lines",
            defaultValue = "2000",
            description =
                    "lines a connection sends before and after the change (default ${DEFAULT-VALUE})")
    private int lines;

    @Spec private CommandSpec spec;

    private final List<Process> servers = new ArrayList<>();
    private final List<LineClient> clients = new ArrayList<>();

    /** The command. */
    public HandoverDemoCommand() {}

    @Override
    public Integer call() throws Exception {
        if (connections < 1 || lines < 1) {
            throw new ParameterException(
                    spec.commandLine(), "--connections and --lines have to be more than 0");
        }
        Path directory = Files.createTempDirectory("memif-handover");
        Path socket = directory.resolve("lines.sock");
        Path handover = directory.resolve("handover.sock");
        // A read that never returns must not make the demonstration hang.
        CompletableFuture<Void> limit =
                CompletableFuture.runAsync(
                        this::giveUp,
                        CompletableFuture.delayedExecutor(TIME_LIMIT_SECONDS, TimeUnit.SECONDS));
        try {
            start(OLD, "--socket", socket.toString(), "--handover", handover.toString());
            await(handover);
            return run(socket, handover);
        } finally {
            limit.cancel(true);
            for (LineClient client : clients) {
                client.close();
            }
            for (Process server : servers) {
                server.destroyForcibly().waitFor();
            }
            Files.deleteIfExists(socket);
            Files.deleteIfExists(handover);
            Files.delete(directory);
        }
    }

    private int run(Path socket, Path handover) throws IOException, InterruptedException {
        for (int i = 0; i < connections; i++) {
            clients.add(new LineClient(socket));
        }
        String failure = "";
        int oldExit = -1;
        try {
            exchange(lines);
            start(NEW, "--handover", handover.toString());
            while (clients.stream().anyMatch(client -> client.answeredBy(NEW) == 0)) {
                exchange(1);
            }
            exchange(lines);
            LineClient late = new LineClient(socket);
            clients.add(late);
            exchange(1);
            for (LineClient client : clients) {
                while (client.waiting() > 0) {
                    client.receive();
                }
            }
            oldExit = servers.get(0).waitFor();
            servers.get(1).destroy();
            servers.get(1).waitFor();
        } catch (IOException e) {
            failure = e.getMessage() == null ? e.toString() : e.getMessage();
        }
        return summary(failure, oldExit);
    }

    /** Each client sends this many lines; up to {@link #WINDOW} answers stay under way. */
    private void exchange(int rounds) throws IOException {
        for (int round = 0; round < rounds; round++) {
            for (LineClient client : clients) {
                client.send();
            }
            for (LineClient client : clients) {
                if (client.waiting() >= WINDOW) {
                    client.receive();
                }
            }
        }
    }

    private int summary(String failure, int oldExit) {
        long sent = clients.stream().mapToLong(LineClient::sent).sum();
        long answered = clients.stream().mapToLong(LineClient::answered).sum();
        long before = clients.stream().mapToLong(client -> client.answeredBy(OLD)).sum();
        long after = clients.stream().mapToLong(client -> client.answeredBy(NEW)).sum();
        boolean good =
                failure.isEmpty() && oldExit == 0 && sent == answered && before > 0 && after > 0;
        System.out.println(
                (good ? "ok: " : "FAILED" + (failure.isEmpty() ? "" : " (" + failure + ")") + ": ")
                        + connections
                        + " connections live through the change and 1 made after it, "
                        + sent
                        + " lines sent, "
                        + answered
                        + " answered ("
                        + before
                        + " by "
                        + OLD
                        + ", "
                        + after
                        + " by "
                        + NEW
                        + "), "
                        + (sent - answered)
                        + " lost, "
                        + (failure.isEmpty() ? 0 : 1)
                        + " resets");
        return good ? 0 : 1;
    }

    private void start(String name, String... options) throws IOException {
        List<String> command =
                new ArrayList<>(JavaCommand.memif("handover-server", "--name", name));
        command.addAll(List.of(options));
        servers.add(
                new ProcessBuilder(command)
                        .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start());
    }

    /** Waits until the first server has bound a socket. */
    private void await(Path socket) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIME_LIMIT_SECONDS);
        while (!Files.exists(socket)) {
            boolean dead = servers.get(0).waitFor(10, TimeUnit.MILLISECONDS);
            if (dead || System.nanoTime() > deadline) {
                throw new CommandFailure("the first server did not start");
            }
        }
    }

    private void giveUp() {
        servers.forEach(Process::destroyForcibly);
    }
}
