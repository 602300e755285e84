package io.memif.tests.bench.side;

import io.memif.InterfaceConfig;
import io.memif.InterfaceListener;
import io.memif.MemifException;
import io.memif.MemifInterface;
import io.memif.MemifSocket;
import io.memif.PacketHandler;
import io.memif.QueueGroup;
import io.memif.Role;
import io.memif.RxMode;
import io.memif.RxQueue;
import io.memif.SocketConfig;
import io.memif.TxQueue;
import io.memif.internal.posix.Posix;
import io.memif.internal.posix.SocketCalls;
import io.memif.testing.Await;
import io.memif.unix.UnixAddress;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * All masters, or all slaves, of {@link ManyLinks}. Answers each line of its standard input with a
 * line that starts with {@code answer:}, followed by names and numbers; ends when the input does.
 */
public final class ManyLinksProcess {
    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final int POLLS = 2_000_000;
    private static final int LIMIT = 64;
    private static final int BUSY = 10;

    /** More would take too many descriptors. */
    private static final int IN_GROUP = 1000;

    private static final int PACKET = 64;
    private static final long WINDOW_NS = 400_000_000;
    private static final PacketHandler NOBODY = (buffer, offset, length, flags) -> {};

    private final AtomicInteger logged = new AtomicInteger();
    private final AtomicInteger errors = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final List<MemifInterface> interfaces = new ArrayList<>();
    private final Role role;
    private final String path;
    private final int count;
    private final int ring;
    private final int buffer;
    private MemifSocket socket;
    private Thread sender;
    private volatile boolean stopped;

    private ManyLinksProcess(String[] args) {
        role = args[0].equals("master") ? Role.MASTER : Role.SLAVE;
        path = args[1];
        count = Integer.parseInt(args[2]);
        ring = Integer.parseInt(args[3]);
        buffer = Integer.parseInt(args[4]);
    }

    /**
     * Runs until standard input ends.
     *
     * @param args master or slave; path of the socket; links; slots of a ring; bytes of a buffer
     * @throws IOException if input cannot be read
     * @throws InterruptedException if somebody interrupts it
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        ManyLinksProcess process = new ManyLinksProcess(args);
        BufferedReader in =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (line.equals("end")) {
                break;
            }
            System.out.println("answer: " + process.answer(line.split(" ")));
        }
        System.exit(0);
    }

    /** Counts what is logged, and prints none of it. */
    private void countLogged() {
        Logger root = LogManager.getLogManager().getLogger("");
        for (Handler each : root.getHandlers()) {
            root.removeHandler(each);
        }
        root.addHandler(
                new Handler() {
                    @Override
                    public void publish(LogRecord entry) {
                        logged.incrementAndGet();
                    }

                    @Override
                    public void flush() {}

                    @Override
                    public void close() {}
                });
    }

    private String answer(String[] words) throws IOException, InterruptedException {
        return switch (words[0]) {
            case "prepare" -> prepare();
            case "raw" -> "raw-ms " + ms(raw());
            case "up" -> {
                long cpu = cpuNs();
                yield "up-ms " + ms(up()) + " up-cpu-ms " + ms(cpuNs() - cpu);
            }
            case "down" -> "down-ms " + ms(down());
            case "gone" -> "gone-ms " + ms(awaitGone(System.nanoTime()));
            case "cpu" -> "cpu-ms " + ms(cpuNs());
            case "poll" -> "poll-ns " + poll();
            case "send" -> {
                sender = new Thread(this::send, "sender");
                sender.start();
                yield "sending 1";
            }
            case "stop" -> {
                stopped = true;
                sender.join();
                yield "sending 0";
            }
            case "group" -> group(Integer.parseInt(words[1]));
            case "idle" -> "idle-percent " + idle(Integer.parseInt(words[1]));
            case "memory" -> {
                System.gc();
                List<String> status = status();
                yield "rss-kb " + kb(status, "VmRSS") + " own-kb " + ownKb(status);
            }
            case "faults" ->
                    "refused "
                            + socket.details().refused()
                            + " failed "
                            + failed
                            + " errors "
                            + (errors.get() + logged.get());
            case "close" -> "close-ms " + ms(close());
            default -> throw new IllegalArgumentException(words[0]);
        };
    }

    private static double ms(long ns) {
        return ns / 1e6;
    }

    private String prepare() throws IOException {
        countLogged();
        socket =
                MemifSocket.open(
                        SocketConfig.builder()
                                .address(path)
                                .errorHandler(
                                        e -> {
                                            errors.incrementAndGet();
                                            System.err.println(e);
                                        })
                                .build());
        System.gc();
        long before = ownKb(status());
        for (int id = 0; id < count; id++) {
            interfaces.add(socket.addInterface(config(id)));
        }
        return "own-before-kb " + before;
    }

    private InterfaceConfig config(int id) {
        return InterfaceConfig.builder()
                .role(role)
                .id(id)
                .ringSize(ring)
                .bufferSize(buffer)
                .rxMode(RxMode.INTERRUPT)
                .checkThreads(false)
                .adminUp(role == Role.MASTER)
                .listener(
                        new InterfaceListener() {
                            @Override
                            public void onConnectFailed(MemifInterface itf, MemifException cause) {
                                if (failed.incrementAndGet() < 5) {
                                    System.err.println(cause.getMessage());
                                }
                            }
                        })
                .build();
    }

    /** The control: as many plain sockets, connected and accepted by one thread. */
    private long raw() {
        SocketCalls calls = Posix.open().sockets();
        byte[] address = UnixAddress.of("@memif-links-" + ProcessHandle.current().pid()).toBytes();
        int type = SocketCalls.SOCK_SEQPACKET | SocketCalls.SOCK_CLOEXEC;
        int listener = calls.socket(type);
        calls.bind(listener, address);
        calls.listen(listener, 1024);
        int[] opened = new int[2 * count];
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            opened[2 * i] = calls.socket(type);
            calls.connect(opened[2 * i], address);
            opened[2 * i + 1] = calls.accept(listener);
        }
        long took = System.nanoTime() - start;
        for (int fd : opened) {
            Posix.open().descriptors().close(fd);
        }
        Posix.open().descriptors().close(listener);
        return took;
    }

    private long up() throws InterruptedException {
        long start = System.nanoTime();
        for (MemifInterface itf : interfaces) {
            itf.setAdminUp(true);
        }
        for (MemifInterface itf : interfaces) {
            if (!itf.awaitConnected(LONGEST)) {
                throw new IllegalStateException(itf + " does not come up");
            }
        }
        return System.nanoTime() - start;
    }

    private long down() throws InterruptedException {
        long start = System.nanoTime();
        for (MemifInterface itf : interfaces) {
            itf.setAdminUp(false);
        }
        return awaitGone(start);
    }

    /** Until no link is up; nanoseconds since then. */
    private long awaitGone(long start) throws InterruptedException {
        boolean gone =
                Await.until(
                        LONGEST.toNanos(),
                        () -> interfaces.stream().noneMatch(MemifInterface::isConnected));
        if (!gone) {
            throw new IllegalStateException("links stay up");
        }
        return System.nanoTime() - start;
    }

    private double poll() {
        RxQueue[] queues = interfaces.stream().map(itf -> itf.rxQueue(0)).toArray(RxQueue[]::new);
        double best = Double.MAX_VALUE;
        for (int round = 0; round < 10; round++) {
            long start = System.nanoTime();
            int polls = 0;
            while (polls < POLLS) {
                for (RxQueue queue : queues) {
                    queue.poll(NOBODY, LIMIT);
                }
                polls += queues.length;
            }
            best = Math.min(best, (System.nanoTime() - start) / (double) polls);
        }
        return best;
    }

    /** Sends on the first links as fast as packets are taken. */
    private void send() {
        List<MemifInterface> busy = interfaces.subList(0, Math.min(BUSY, count));
        byte[] packet = new byte[PACKET];
        while (!stopped) {
            for (MemifInterface itf : busy) {
                TxQueue tx = itf.txQueue(0);
                int free = LIMIT / 2;
                while (free > 0 && tx.offer(packet, 0, PACKET) > 0) {
                    free--;
                }
                tx.flush();
            }
        }
    }

    /**
     * What one thread receives from the first links, which are busy: in a group of their own, and
     * in one with all others, in turns.
     */
    private String group(int rounds) {
        List<RxQueue> queues = interfaces.stream().map(itf -> itf.rxQueue(0)).toList();
        int all = Math.min(IN_GROUP, count);
        List<RxQueue> others = queues.subList(Math.min(BUSY, count), all);
        double[] ratios = new double[rounds];
        double[] rates = new double[rounds];
        try (QueueGroup group = QueueGroup.open()) {
            queues.subList(0, Math.min(BUSY, count)).forEach(group::add);
            rate(group);
            for (int round = 0; round < rounds; round++) {
                double alone = rate(group);
                others.forEach(group::add);
                double among = rate(group);
                others.forEach(group::remove);
                rates[round] = alone;
                ratios[round] = among / alone;
            }
        }
        Arrays.sort(rates);
        Arrays.sort(ratios);
        return "group-mpps " + rates[rounds / 2] + " group-ratio " + ratios[rounds / 2];
    }

    /** Million packets a second. */
    private static double rate(QueueGroup group) {
        serve(group, WINDOW_NS / 4);
        long start = System.nanoTime();
        long taken = serve(group, WINDOW_NS);
        return taken * 1e3 / (System.nanoTime() - start);
    }

    private static long serve(QueueGroup group, long ns) {
        long taken = 0;
        long end = System.nanoTime() + ns;
        while (System.nanoTime() < end) {
            taken += group.serve(queue -> queue.poll(NOBODY, LIMIT), WINDOW_NS);
        }
        return taken;
    }

    private static double idle(int seconds) throws InterruptedException {
        TimeUnit.SECONDS.sleep(1);
        long cpu = cpuNs();
        long start = System.nanoTime();
        TimeUnit.SECONDS.sleep(seconds);
        return 100.0 * (cpuNs() - cpu) / (System.nanoTime() - start);
    }

    private static long cpuNs() {
        return ((com.sun.management.OperatingSystemMXBean)
                        ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    /** Resident memory but for rings and buffers, which are the only shared memory there is. */
    private static long ownKb(List<String> status) throws IOException {
        return kb(status, "VmRSS") - kb(status, "RssShmem");
    }

    private static List<String> status() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status"));
    }

    private static long kb(List<String> status, String name) throws IOException {
        for (String line : status) {
            if (line.startsWith(name + ":")) {
                return Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        throw new IOException("no " + name + " in /proc/self/status");
    }

    private long close() {
        long start = System.nanoTime();
        socket.close();
        return System.nanoTime() - start;
    }
}
