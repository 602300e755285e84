package io.memif.tests.interop;

import io.memif.testing.ChildProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A network namespace; nothing outside it is touched. */
final class NetworkNamespace implements AutoCloseable {
    private static final AtomicInteger MADE = new AtomicInteger();

    private final String name =
            "memif-" + ProcessHandle.current().pid() + "-" + MADE.incrementAndGet();

    NetworkNamespace() throws InterruptedException {
        must(List.of("ip", "netns", "add", name));
    }

    /** What runs a command in it. */
    List<String> prefix() {
        return List.of("ip", "netns", "exec", name);
    }

    /** Runs ip(8) in it. */
    void ip(String... words) throws InterruptedException {
        List<String> command = new ArrayList<>(List.of("ip", "-n", name));
        command.addAll(List.of(words));
        must(command);
    }

    /** Runs ping in it to its end; its output. */
    String ping(List<String> words) throws InterruptedException {
        List<String> command = new ArrayList<>(prefix());
        command.add("ping");
        command.addAll(words);
        ChildProcess ping = ChildProcess.run(command);
        return ping.out() + ping.err();
    }

    private static void must(List<String> command) throws InterruptedException {
        ChildProcess done = ChildProcess.run(command);
        if (done.exitCode() != 0) {
            throw new AssertionError(String.join(" ", command) + ": " + done);
        }
    }

    /** Removes it, and the interfaces in it. */
    @Override
    public void close() {
        try {
            must(List.of("ip", "netns", "del", name));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
