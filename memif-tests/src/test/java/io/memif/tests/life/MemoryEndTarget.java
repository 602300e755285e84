package io.memif.tests.life;

import io.memif.InterfaceConfig;
import io.memif.InterfaceListener;
import io.memif.MemifInterface;
import io.memif.MemifRegion;
import io.memif.MemifSocket;
import io.memif.PacketHandler;
import io.memif.Role;
import io.memif.SocketConfig;
import io.memif.internal.posix.FileCalls;
import io.memif.internal.posix.FileStatus;
import io.memif.internal.posix.Posix;
import io.memif.testing.Await;
import io.memif.testing.ProcessTables;
import io.memif.testing.TestPackets;
import io.memif.unix.OwnedFd;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The child of {@link MemoryEndTest}. Arguments: address and scenario. */
final class MemoryEndTarget {
    /** How the memory of the link ends. */
    enum Scenario {
        OWN_FILE_CUT,
        HUGEPAGE_HOLE,
        LINKS_COME_AND_GO
    }

    private static final int PUNCH_AND_KEEP_SIZE = 3;
    private static final int LINKS = 200;
    private static final long HUGE = 2 << 20;
    private static final long WARM_ROUNDS = 100_000;
    private static final byte[] PACKET = TestPackets.pattern(1, 600);

    private final Posix posix = Posix.open();
    private final MemifSocket socket;
    private final AtomicInteger downs = new AtomicInteger();
    private volatile long rounds;

    private MemoryEndTarget(MemifSocket socket) {
        this.socket = socket;
    }

    static synchronized void say(String line) {
        System.out.println(line);
    }

    @SuppressWarnings("try")
    public static void main(String[] args) throws Exception {
        SocketConfig config =
                SocketConfig.builder()
                        .address(args[0])
                        .errorHandler(e -> say("error " + e))
                        .build();
        int mappings = ProcessTables.sharedMappings().size();
        try (MemifSocket socket = MemifSocket.open(config);
                MemifInterface master = socket.addInterface(config(Role.MASTER, 0).build());
                MemifInterface slave = socket.addInterface(config(Role.SLAVE, 0).build())) {
            TestPackets.connect(master, slave);
            MemoryEndTarget target = new MemoryEndTarget(socket);
            switch (Scenario.valueOf(args[1])) {
                case OWN_FILE_CUT -> target.cutOwnFile(master, slave);
                case HUGEPAGE_HOLE -> target.punchHugepages(master, slave);
                default -> target.comeAndGo();
            }
            TestPackets.exchange(master, slave, 600);
            if (slave.details().links() == 1) {
                say("honest link goes on");
            }
        }
        // Given back, though some addresses may wait for a collection.
        Await.soon("all files", () -> ProcessTables.sharedMappings().size() == mappings);
        say("mappings of files " + (ProcessTables.sharedMappings().size() - mappings));
    }

    private static InterfaceConfig.Builder config(Role role, int id) {
        return InterfaceConfig.builder()
                .role(role)
                .id(id)
                .name(role == Role.SLAVE ? "slave" : "master")
                .ringSize(64)
                .bufferSize(2048);
    }

    private InterfaceListener reporter(String who) {
        return new InterfaceListener() {
            @Override
            public void onLinkDown(MemifInterface itf, String reason) {
                say("down " + who + ": " + reason);
                downs.incrementAndGet();
            }
        };
    }

    private void cutOwnFile(MemifInterface master, MemifInterface slave) throws Exception {
        long size = 1 << 20;
        int number = posix.files().memfdCreate("own", FileCalls.MFD_CLOEXEC);
        OwnedFd file = OwnedFd.adopt(posix, number, "own file");
        posix.files().ftruncate(number, size);
        try (MemifRegion own = MemifRegion.builder().name("own").adopt(file, size)) {
            endUnderTraffic(
                    master,
                    slave,
                    config(Role.SLAVE, 1).buffersIn(own, 0),
                    () -> posix.files().ftruncate(number, 0));
        }
    }

    /** Whoever has the file can punch it, and whoever is faster gets the page. */
    private void punchHugepages(MemifInterface master, MemifInterface slave) throws Exception {
        int flags = FileCalls.MFD_CLOEXEC | FileCalls.MFD_HUGETLB;
        int other = posix.files().memfdCreate("others", flags);
        try (OwnedFd others = OwnedFd.adopt(posix, other, "other user of hugepages")) {
            endUnderTraffic(
                    master,
                    slave,
                    config(Role.SLAVE, 1).hugepages(true),
                    () -> {
                        long taken = takeAll(other, 0);
                        int number = descriptorOf("slave region 0", HUGE);
                        long end = System.nanoTime() + TestPackets.SOON;
                        while (downs.get() < 2 && System.nanoTime() < end) {
                            posix.files().fallocate(number, PUNCH_AND_KEEP_SIZE, 0, HUGE);
                            taken = takeAll(other, taken);
                        }
                    });
            say("gave back " + others.what());
        }
    }

    private long takeAll(int number, long from) {
        long at = from;
        while (posix.files().fallocate(number, 0, at, HUGE) == 0) {
            at += HUGE;
        }
        return at;
    }

    private int descriptorOf(String name, long pageSize) {
        for (Map.Entry<Integer, String> each : ProcessTables.descriptors().entrySet()) {
            boolean named = each.getValue().contains(name);
            if (named && isOnPages(each.getKey(), pageSize)) {
                return each.getKey();
            }
        }
        throw new AssertionError(name + " among " + ProcessTables.descriptors());
    }

    private boolean isOnPages(int number, long size) {
        FileStatus status = new FileStatus();
        return posix.files().fileStatus(number, status) == 0 && status.blockSize() == size;
    }

    /** Traffic both ways on both links, until the second has ended at both ends. */
    private void endUnderTraffic(
            MemifInterface honestMaster,
            MemifInterface honestSlave,
            InterfaceConfig.Builder slaveConfig,
            Runnable attack)
            throws Exception {
        try (MemifInterface master =
                        socket.addInterface(
                                config(Role.MASTER, 1).listener(reporter("master")).build());
                MemifInterface slave =
                        socket.addInterface(
                                slaveConfig.reconnect(false).listener(reporter("slave")).build())) {
            TestPackets.connect(master, slave);
            try (Worker traffic =
                    new Worker(
                            "traffic",
                            self -> {
                                while (self.isRunning()) {
                                    carry(honestMaster, honestSlave);
                                    carry(honestSlave, honestMaster);
                                    carry(master, slave);
                                    carry(slave, master);
                                    rounds++;
                                }
                                honestMaster.rxQueue(0).handOver();
                                honestMaster.txQueue(0).handOver();
                                honestSlave.rxQueue(0).handOver();
                                honestSlave.txQueue(0).handOver();
                            })) {
                awaitRounds(WARM_ROUNDS, traffic);
                attack.run();
                Await.soon("both ends", () -> downs.get() == 2 || traffic.hasFailed());
                awaitRounds(rounds + 1000, traffic);
            } catch (AssertionError e) {
                say("escaped " + e);
            }
        }
    }

    private void awaitRounds(long count, Worker traffic) throws InterruptedException {
        boolean done =
                Await.until(
                        TimeUnit.SECONDS.toNanos(40), () -> rounds >= count || traffic.hasFailed());
        traffic.check();
        if (!done) {
            throw new AssertionError("no " + count + " rounds");
        }
    }

    private void carry(MemifInterface from, MemifInterface to) {
        PacketHandler handler = (buffer, offset, length, flags) -> buffer.getLong(offset);
        from.txQueue(0).offer(PACKET, 0, PACKET.length);
        from.txQueue(0).flush();
        to.rxQueue(0).poll(handler, 8);
    }

    private void comeAndGo() throws Exception {
        for (int i = 0; i < LINKS; i++) {
            try (MemifInterface master = socket.addInterface(config(Role.MASTER, 1).build());
                    MemifInterface slave = socket.addInterface(config(Role.SLAVE, 1).build())) {
                TestPackets.connect(master, slave);
                TestPackets.exchange(master, slave, 600);
            }
        }
    }
}
