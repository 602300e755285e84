package io.memif.tests.interop;

import io.memif.testing.Await;
import io.memif.testing.ChildProcess;
import io.memif.tests.life.DelayMeter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A running {@code dpdk-testpmd}, driven by its console: the peer written by others. Both of its
 * threads share one processor, so that the test has the other.
 *
 * <p>One thread at a time. It ends with the test's JVM, since that closes its standard input.
 */
final class Testpmd implements AutoCloseable {
    /** For events that take a second at most on an idle machine. */
    static final long SOON_NS = ChildProcess.LIMIT_NS;

    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
    private static final int MOST_PORT_STARTS = 4;
    private static final AtomicInteger STARTED = new AtomicInteger();
    private static final Pattern PROMPT = Pattern.compile("testpmd> ");
    private static final Pattern STATISTICS =
            Pattern.compile(
                    "RX-packets: (\\d+)\\s+RX-missed: \\d+\\s+RX-bytes: +(\\d+)\\s+"
                            + "RX-errors: \\d+\\s+RX-nombuf: +\\d+\\s+"
                            + "TX-packets: (\\d+)\\s+TX-errors: \\d+\\s+TX-bytes: +(\\d+)");

    private static final int BASE_MEGABYTES = 64;
    private static final int MBUF_OVERHEAD = 1536;

    private final ChildProcess child;
    private int seen;

    private Testpmd(ChildProcess child) {
        this.child = child;
    }

    /** Counters of a port as testpmd shows them; both ends of a link read 0 once it is down. */
    record Statistics(long rxPackets, long rxBytes, long txPackets, long txBytes) {}

    /** Begins with the device arguments of the memif port, such as "role=server". */
    static Builder memif(String address, String... deviceArguments) {
        return new Builder(address, List.of(deviceArguments));
    }

    /** How to start it. */
    static final class Builder {
        private final List<String> prefix = new ArrayList<>();
        private final List<String> devices = new ArrayList<>();
        private final List<String> options = new ArrayList<>();
        private int rxQueues = 1;
        private int txQueues = 1;
        private int mbufs = 8192;
        private int mbufSize = 2176;

        private Builder(String address, List<String> arguments) {
            boolean isAbstract = address.startsWith("@");
            devices.add(
                    "--vdev=net_memif0,socket="
                            + (isAbstract ? address.substring(1) : address)
                            + ",socket-abstract="
                            + (isAbstract ? "yes" : "no")
                            + String.join("", arguments.stream().map(a -> "," + a).toList()));
        }

        /** Another device, forwarded to and from the memif port. */
        Builder device(String text) {
            devices.add("--vdev=" + text);
            return this;
        }

        /** Runs it by way of another command. */
        Builder by(List<String> command) {
            prefix.addAll(command);
            return this;
        }

        Builder queues(int pairs) {
            return queues(pairs, pairs);
        }

        /** Receive queues and transmit queues. */
        Builder queues(int rx, int tx) {
            rxQueues = rx;
            txQueues = tx;
            return this;
        }

        /**
         * Its packet buffers.
         *
         * @param count all together
         * @param size of each in bytes, 128 of which are headroom
         */
        Builder mbufs(int count, int size) {
            mbufs = count;
            mbufSize = size;
            return this;
        }

        /** Options of the application, such as "--forward-mode=io". */
        Builder options(String... some) {
            options.addAll(List.of(some));
            return this;
        }

        /** Starts it and waits for its prompt. */
        Testpmd start() throws InterruptedException {
            Testpmd testpmd = launch();
            try {
                testpmd.settle();
            } catch (AssertionError e) {
                testpmd.close();
                throw e;
            }
            return testpmd;
        }

        /** Starts it and does not wait for its prompt; {@link Testpmd#settle} does. */
        Testpmd launch() {
            int number = STARTED.incrementAndGet();
            int cpu = Processors.allowed().get(0);
            List<String> command = new ArrayList<>(prefix);
            command.addAll(List.of("stdbuf", "-oL", "dpdk-testpmd"));
            command.addAll(List.of("--no-huge", "-m", megabytes(), "--no-pci", "--no-telemetry"));
            command.add("--lcores=0@" + cpu + ",1@" + cpu);
            command.add("--file-prefix=memif" + ProcessHandle.current().pid() + "n" + number);
            command.add("--single-file-segments");
            command.addAll(devices);
            command.addAll(List.of("--", "-i", "--nb-cores=1"));
            command.addAll(List.of("--total-num-mbufs=" + mbufs, "--mbuf-size=" + mbufSize));
            command.addAll(List.of("--rxq=" + rxQueues, "--txq=" + txQueues));
            command.addAll(options);
            return new Testpmd(ChildProcess.command("testpmd " + number, command).start());
        }

        private String megabytes() {
            long bytes = (long) mbufs * (mbufSize + MBUF_OVERHEAD);
            return Long.toString(BASE_MEGABYTES + (bytes >> 20));
        }
    }

    /**
     * Gives a command and waits until it is done.
     *
     * @return what was printed meanwhile
     */
    String command(String line) throws InterruptedException {
        int from = seen;
        child.send(line);
        awaitPrompt();
        return child.out().substring(from, seen);
    }

    private void awaitPrompt() throws InterruptedException {
        seen = child.await(seen, PROMPT).end();
    }

    /** Of its memif port. */
    Statistics statistics() throws InterruptedException {
        return statistics(0);
    }

    Statistics statistics(int port) throws InterruptedException {
        String text = command("show port stats " + port);
        MatchResult found =
                STATISTICS
                        .matcher(text)
                        .results()
                        .findFirst()
                        .orElseThrow(() -> new AssertionError("no statistics in:\n" + text));
        return new Statistics(
                Long.parseLong(found.group(1)),
                Long.parseLong(found.group(2)),
                Long.parseLong(found.group(3)),
                Long.parseLong(found.group(4)));
    }

    boolean isLinkUp() throws InterruptedException {
        return isLinkUp(0);
    }

    private boolean isLinkUp(int port) throws InterruptedException {
        return command("show port info " + port).contains("Link status: up");
    }

    /** A client is up only when it has read CONNECTED: later than the end that has sent it. */
    void awaitLinkUp(int port) throws InterruptedException {
        long deadline = System.nanoTime() + SOON_NS;
        while (!isLinkUp(port)) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("port " + port + " is down: " + this);
            }
        }
    }

    /** Gives a command and does not wait for it; {@link #settle} does. */
    void commandInBackground(String line) {
        child.send(line);
    }

    /** Waits until a command that was given in the background, or its start, is done. */
    void settle() throws InterruptedException {
        awaitPrompt();
    }

    /** Stops forwarding and the memif port; "port start 0" brings it back. */
    void stopPort() throws InterruptedException {
        command("stop");
        command("port stop 0");
    }

    /**
     * How a port was started again.
     *
     * @param attempts that it took
     * @param since the last of them
     * @param linksBefore the last of them
     */
    record PortRestart(int attempts, DelayMeter.Stopwatch since, long linksBefore) {}

    /**
     * Stops and starts the memif port, which now and then comes up without a link when the link
     * before was lost: again after a second without one, but not for ever.
     *
     * @param links how many there have been
     */
    PortRestart restartPort(LongSupplier links, DelayMeter delays) throws InterruptedException {
        for (int attempt = 1; ; attempt++) {
            stopPort();
            long before = links.getAsLong();
            command("port start 0");
            DelayMeter.Stopwatch since = delays.stopwatch();
            if (attempt == MOST_PORT_STARTS
                    || Await.until(SECOND_NS, () -> links.getAsLong() > before)) {
                return new PortRestart(attempt, since, before);
            }
        }
    }

    /** Number of its process. */
    int pid() {
        return (int) child.handle().pid();
    }

    boolean isAlive() {
        return child.isAlive();
    }

    /** Sends a signal by name, such as STOP or CONT. */
    void signal(String name) throws InterruptedException {
        child.signal(name);
    }

    /** Ends it without a word to the peer. */
    void kill() {
        child.kill();
    }

    /** All it has written. */
    @Override
    public String toString() {
        return child.toString();
    }

    @Override
    public void close() {
        child.close();
    }
}
