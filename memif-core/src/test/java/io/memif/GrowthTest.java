package io.memif;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.internal.posix.PollCalls;
import io.memif.internal.posix.Posix;
import io.memif.internal.posix.SystemCall;
import io.memif.testing.TestPosix;
import io.memif.unix.OwnedFd;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What many links cost, in counts that are the same on every machine: system calls of each
 * handshake and each end, and work while nothing is sent. Both ends are on one reactor, whose clock
 * is the test's.
 */
@Timeout(60)
class GrowthTest {
    private static final int LINKS = 40;
    private static final long MS = 1_000_000;

    /** How often they are made depends on when threads run. */
    private static final Set<SystemCall> BY_CHANCE =
            EnumSet.of(
                    SystemCall.EPOLL_WAIT,
                    SystemCall.POLL,
                    SystemCall.ACCEPT,
                    SystemCall.READ_NOW,
                    SystemCall.WRITE,
                    SystemCall.MUNMAP);

    @TempDir Path directory;

    private final AtomicIntegerArray calls = new AtomicIntegerArray(SystemCall.values().length);
    private final List<MemifInterface> slaves = new ArrayList<>();
    private final List<MemifInterface> all = new ArrayList<>();
    private DrivenReactor driven;
    private MemifReactor reactor;
    private MemifSocket masterSocket;
    private MemifSocket slaveSocket;

    @BeforeEach
    void open() {
        driven =
                new DrivenReactor(
                        directory,
                        TestPosix.open(
                                call -> {
                                    calls.incrementAndGet(call.ordinal());
                                    return 0;
                                }),
                        0);
        reactor = driven.reactor;
        masterSocket = driven.socket();
        slaveSocket = driven.socket();
        for (int id = 0; id < LINKS; id++) {
            all.add(masterSocket.addInterface(config(Role.MASTER, id)));
            slaves.add(slaveSocket.addInterface(config(Role.SLAVE, id)));
        }
        all.addAll(slaves);
        settle();
    }

    @AfterEach
    void close() {
        driven.close();
    }

    private static InterfaceConfig config(Role role, int id) {
        return InterfaceConfig.builder()
                .role(role)
                .id(id)
                .ringSize(8)
                .bufferSize(64)
                .reconnect(false)
                .adminUp(role == Role.MASTER)
                .build();
    }

    /** Until helpers have nothing to do, and no event is left. */
    private void settle() {
        driven.workUntil(() -> !reactor.control().isHelped() && reactor.doWork() == 0);
    }

    private void connect() {
        slaves.forEach(slave -> slave.setAdminUp(true));
        driven.workUntil(() -> all.stream().allMatch(MemifInterface::isConnected));
        settle();
    }

    private Map<SystemCall, Integer> since(int[] before) {
        Map<SystemCall, Integer> made = new EnumMap<>(SystemCall.class);
        for (SystemCall call : SystemCall.values()) {
            int count = calls.get(call.ordinal()) - before[call.ordinal()];
            if (count > 0 && !BY_CHANCE.contains(call)) {
                made.put(call, count);
            }
        }
        return made;
    }

    private int[] calls() {
        int[] counts = new int[calls.length()];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = calls.get(i);
        }
        return counts;
    }

    private static Map<SystemCall, Integer> ofEachLink(Map<SystemCall, Integer> calls) {
        Map<SystemCall, Integer> all = new EnumMap<>(calls);
        all.replaceAll((call, count) -> count * LINKS);
        return all;
    }

    @Test
    void aHandshakeMakesTheCallsThatItNeeds() {
        int[] before = calls();
        connect();
        Map<SystemCall, Integer> wanted = new EnumMap<>(SystemCall.class);
        wanted.put(SystemCall.SOCKET, 1);
        wanted.put(SystemCall.CONNECT, 1);
        wanted.put(SystemCall.EPOLL_CTL, 2);
        // HELLO, INIT, ADD_REGION, two ADD_RING, CONNECT, CONNECTED, and four ACKs.
        wanted.put(SystemCall.SENDMSG, 11);
        wanted.put(SystemCall.RECVMSG, 11);
        wanted.put(SystemCall.MEMFD_CREATE, 1);
        wanted.put(SystemCall.FTRUNCATE, 1);
        wanted.put(SystemCall.FALLOCATE, 1);
        wanted.put(SystemCall.ADD_SEALS, 1);
        wanted.put(SystemCall.FSTAT, 2);
        wanted.put(SystemCall.EVENTFD, 2);
        wanted.put(SystemCall.MMAP, 2);
        wanted.put(SystemCall.GET_SEALS, 1);
        wanted.put(SystemCall.READLINK, 2);
        wanted.put(SystemCall.GET_STATUS_FLAGS, 2);
        wanted.put(SystemCall.CLOSE, 1);
        wanted.put(SystemCall.GETSOCKOPT, 2);
        assertEquals(ofEachLink(wanted), since(before));
    }

    @Test
    void slavesOfASocketConnectInTurns() {
        int before = calls()[SystemCall.CONNECT.ordinal()];
        slaves.forEach(slave -> slave.setAdminUp(true));
        assertEquals(32, calls()[SystemCall.CONNECT.ordinal()] - before);
        driven.workUntil(() -> all.stream().allMatch(MemifInterface::isConnected));
        assertEquals(LINKS, calls()[SystemCall.CONNECT.ordinal()] - before);
        settle();
    }

    @Test
    void anEndMakesTheCallsThatItNeeds() {
        connect();
        int[] before = calls();
        slaves.forEach(MemifInterface::close);
        driven.workUntil(() -> all.stream().noneMatch(MemifInterface::isConnected));
        settle();
        Map<SystemCall, Integer> wanted = new EnumMap<>(SystemCall.class);
        wanted.put(SystemCall.SENDMSG, 1);
        wanted.put(SystemCall.RECVMSG, 1);
        wanted.put(SystemCall.EPOLL_CTL, 2);
        wanted.put(SystemCall.SHUTDOWN, 2);
        // Two sockets, the region's file, and two events at each end.
        wanted.put(SystemCall.CLOSE, 7);
        Map<SystemCall, Integer> made = since(before);
        // One for each end of a link, less where neighbours go together.
        int replaced = made.remove(SystemCall.REPLACE_PAGES);
        assertTrue(replaced <= 2 * LINKS, "replaced " + replaced);
        assertEquals(ofEachLink(wanted), made);
    }

    @Test
    void idleLinksCostNothing() {
        connect();
        long looks = reactor.control().ringLooks();
        int[] before = calls();
        int done = 0;
        for (int tick = 0; tick < 55; tick++) {
            driven.now += 20 * MS;
            done += reactor.doWork();
        }
        assertTrue(done <= 26, "two watches over all links, and nothing else: " + done);
        done = 0;
        for (int tick = 0; tick < 50; tick++) {
            driven.now += 20 * MS;
            done += reactor.doWork();
        }
        assertEquals(1, done, "only the look at whether peers move");
        assertEquals(looks, reactor.control().ringLooks());
        assertEquals(Map.of(), since(before));
    }

    @Test
    void aSenderWakesTheWatchThatSleeps() {
        connect();
        TxQueue tx = slaves.get(0).txQueue(0);
        OwnedFd fd = reactor.fd();
        for (int round = 0; round < 3; round++) {
            driven.now += 2000 * MS;
            reactor.doWork();
            assertFalse(isReadable(fd));
            long looks = reactor.control().ringLooks();
            for (int packet = 0; packet < 4; packet++) {
                assertEquals(1, tx.offer(new byte[60], 0, 60));
                tx.flush();
            }
            assertTrue(isReadable(fd), "whoever sleeps until the reactor has work is woken");
            reactor.doWork();
            driven.now += 20 * MS;
            reactor.doWork();
            assertEquals(looks + 1, reactor.control().ringLooks());
            assertEquals(4, all.get(0).rxQueue(0).poll((b, o, l, f) -> {}, 8));
            for (int tick = 0; tick < 3; tick++) {
                driven.now += 50 * MS;
                reactor.doWork();
            }
        }
    }

    private static boolean isReadable(OwnedFd fd) {
        int number = fd.acquire();
        try {
            return Posix.open().polling().pollOne(number, PollCalls.READABLE, 0) > 0;
        } finally {
            fd.release();
        }
    }

    @Test
    void oneBusyLinkCostsALookAtATime() {
        connect();
        TxQueue tx = slaves.get(0).txQueue(0);
        for (int tick = 0; tick < 10; tick++) {
            assertEquals(1, tx.offer(new byte[60], 0, 60));
            tx.flush();
            long looks = reactor.control().ringLooks();
            driven.now += 50 * MS;
            reactor.doWork();
            assertEquals(looks + 1, reactor.control().ringLooks());
            assertEquals(1, all.get(0).rxQueue(0).poll((b, o, l, f) -> {}, 8));
        }
        driven.now += 50 * MS;
        reactor.doWork();
        driven.now += 50 * MS;
        reactor.doWork();
        long looks = reactor.control().ringLooks();
        driven.now += 50 * MS;
        reactor.doWork();
        assertEquals(looks, reactor.control().ringLooks(), "idle again");
    }
}
