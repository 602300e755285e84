package io.memif.tests.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.RxMode;
import io.memif.internal.posix.DescriptorCalls;
import io.memif.internal.posix.FileCalls;
import io.memif.tests.hostile.FakeSlave.Step;
import io.memif.unix.OwnedFd;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A slave that brings descriptors on which closing, mapping, signalling or draining waits. The
 * control thread of our master does not wait. A descriptor on FUSE is not tried, because mounting
 * one needs a program that not every machine has. Its close goes the same way as that of the
 * lingering socket.
 */
class MasterHeldTest extends MasterCase {
    @BeforeAll
    static void loadChannels() throws IOException {
        LingeringSocket.loadChannels();
    }

    private static final int CLOSERS = 4;
    private static final int MOST_TRIES = 50;
    private static final long SOON_NS = TimeUnit.SECONDS.toNanos(10);

    /** Where a slave can put a descriptor. */
    private enum HeldAs {
        REGION,
        EVENT,
        SURPLUS,
        UNREAD_OF_REFUSED_USER
    }

    private TestedInterface open(HeldAs heldAs) {
        return TestedInterface.master(
                address(),
                socket -> {
                    if (heldAs == HeldAs.UNREAD_OF_REFUSED_USER) {
                        socket.allowPeerUids(54321);
                    }
                },
                config -> {});
    }

    /** Sends the descriptor, drops ours, and waits until the connection has ended. */
    private void attack(HeldAs heldAs, LingeringSocket held) {
        // A slave that is refused may find the connection ended already.
        int tries = 1;
        while (!attackOnce(heldAs, held)) {
            tries++;
            assertTrue(tries <= MOST_TRIES, "our descriptor was the last one each time");
        }
    }

    /** Whether the descriptor arrived, and the receiver's was the last one. */
    private boolean attackOnce(HeldAs heldAs, LingeringSocket held) {
        Step state =
                switch (heldAs) {
                    case REGION -> Step.INIT;
                    case EVENT -> Step.REGION;
                    default -> Step.HELLO;
                };
        RawMessage message =
                switch (heldAs) {
                    case REGION -> RawMessage.addRegion(0, FakeSlave.SIZE);
                    case EVENT -> RawMessage.addRing(true, 0, 0, 0, FakeSlave.LOG2);
                    default -> RawMessage.init(TestedInterface.ID);
                };
        if (state == Step.HELLO) {
            return attackAtOnce(message, held);
        }
        try (FakeSlave slave = connect().through(state)) {
            if (!held.handOver(fd -> slave.control.trySend(message, List.of(fd)) > 0)) {
                return false;
            }
            slave.control.drain();
            return true;
        }
    }

    /** Sends right after connecting: a slave that is refused has no more time than that. */
    private boolean attackAtOnce(RawMessage message, LingeringSocket held) {
        AtomicReference<RawConnection> made = new AtomicReference<>();
        boolean isHeld =
                held.handOver(
                        fd -> {
                            made.set(RawConnection.connect(posix, address()));
                            return made.get().trySend(message, List.of(fd)) > 0;
                        });
        try (RawConnection connection = made.get()) {
            if (isHeld) {
                connection.drain();
            }
        }
        return isHeld;
    }

    @ParameterizedTest
    @EnumSource(HeldAs.class)
    void closingMayTakeForEver(HeldAs heldAs) throws Exception {
        try (LingeringSocket held = new LingeringSocket(posix);
                TestedInterface ours = open(heldAs)) {
            attack(heldAs, held);
            ours.watch().expectUnhindered();
            String report = ours.errors().poll(20, TimeUnit.SECONDS).getMessage();
            while (!report.contains("helper")) {
                report = ours.errors().poll(20, TimeUnit.SECONDS).getMessage();
            }
            assertTrue(
                    report.startsWith(
                            "a helper has been held up for more than a second by closing what"),
                    report);
            held.letGo();
        }
    }

    @Test
    void closeDoesNotWaitForAHeldHelper() throws Exception {
        try (LingeringSocket held = new LingeringSocket(posix)) {
            TestedInterface ours = open(HeldAs.REGION);
            attack(HeldAs.REGION, held);
            long start = System.nanoTime();
            ours.close();
            long took = System.nanoTime() - start;
            assertTrue(took < TimeUnit.MILLISECONDS.toNanos(2500), "close took " + took);
        }
    }

    /**
     * No helper is left to close what another connection may bring: none is accepted, and links go
     * on.
     */
    @Test
    void withAllHelpersHeldAcceptingPausesAndLinksGoOn() throws Exception {
        List<LingeringSocket> all = new ArrayList<>();
        try (TestedInterface ours =
                        TestedInterface.master(
                                address(), config -> config.rxMode(RxMode.INTERRUPT));
                FakeSlave linked = connect().through(Step.CONNECT)) {
            ours.expectEvent("up raw slave raw0");
            ours.watch().noHonestPairs();
            for (int i = 0; i < CLOSERS; i++) {
                all.add(new LingeringSocket(posix));
                attack(HeldAs.SURPLUS, all.get(i));
            }
            long end = System.nanoTime() + SOON_NS;
            while (ours.errors().stream().filter(e -> isHeld(e)).count() < CLOSERS) {
                assertTrue(System.nanoTime() < end, "all are reported: " + ours.errors());
                expectTraffic(ours, linked);
            }
            try (FakeSlave waits = connect()) {
                while (ours.socket.details().waitsFor().isEmpty()) {
                    assertTrue(System.nanoTime() < end + SOON_NS, "accepting pauses");
                    expectTraffic(ours, linked);
                }
                assertFalse(waits.control.readableWithin(200), "no HELLO");
                ours.watch().expectShortTurns();
                for (LingeringSocket each : all) {
                    each.letGo();
                }
                waits.control.expect(RawMessage.HELLO);
                assertEquals("", ours.socket.details().waitsFor());
                expectTraffic(ours, linked);
            }
        } finally {
            for (LingeringSocket each : all) {
                each.close();
            }
        }
    }

    private static boolean isHeld(Throwable e) {
        return e.getMessage().startsWith("a helper has been held up");
    }

    /** Pages that are not there: refused when it is mapped, by a helper. */
    @Test
    void hugepagesThatThereAreNot() throws Exception {
        long size = 1L << 40;
        try (TestedInterface ours = TestedInterface.master(address())) {
            for (int i = 0; i < 10; i++) {
                try (FakeSlave slave = connect().through(Step.INIT);
                        OwnedFd huge = memory(size, FileCalls.MFD_HUGETLB)) {
                    slave.make(Step.REGION);
                    slave.acknowledged(RawMessage.addRegion(1, size), huge);
                    slave.make(Step.S2M);
                    slave.make(Step.M2S);
                    slave.control.send(RawMessage.connect("raw0"));
                    slave.control.drain();
                }
            }
            ours.watch().expectUnhindered();
        }
    }

    /** Five windows for each of 255 regions of one file that takes no memory. */
    @Test
    void hundredsOfWindows() throws Exception {
        long size = 5L << 30;
        try (TestedInterface ours = TestedInterface.master(address());
                OwnedFd sparse = memory(size, 0)) {
            for (int most : new int[] {100, 255}) {
                try (FakeSlave slave = connect().through(Step.REGION)) {
                    IntStream.rangeClosed(1, most)
                            .forEach(
                                    index ->
                                            slave.acknowledged(
                                                    RawMessage.addRegion(index, size), sparse));
                    slave.make(Step.S2M);
                    slave.make(Step.M2S);
                    slave.control.send(RawMessage.connect("raw0"));
                    slave.control.receive();
                }
            }
            ours.watch().expectUnhindered();
        }
    }

    private OwnedFd memory(long size, int flags) {
        int all = FileCalls.MFD_CLOEXEC | FileCalls.MFD_ALLOW_SEALING | flags;
        OwnedFd made =
                OwnedFd.adopt(posix, posix.files().memfdCreate("hostile", all), "hostile memory");
        int number = made.acquire();
        assertEquals(0, posix.files().ftruncate(number, size));
        assertEquals(0, posix.files().addSeals(number, FileCalls.F_SEAL_SHRINK));
        made.release();
        return made;
    }

    /** O_NONBLOCK is cleared all the time, and the counter is full. */
    @Test
    void eventDescriptorMadeBlockingAllTheTime() throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        try (TestedInterface ours = TestedInterface.master(address());
                FakeSlave slave = connect().through(Step.CONNECT)) {
            ours.expectEvent("up raw slave raw0");
            set(slave.m2sEvent, -2);
            Thread toggler = new Thread(() -> toggle(slave.m2sEvent, stop), "toggler");
            toggler.start();
            try {
                slave.m2s.flags(0);
                long longest = 0;
                byte[] packet = new byte[64];
                long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
                while (System.nanoTime() < end) {
                    slave.postAll();
                    // The data thread signals; then the ring stands still, and the watch signals.
                    long start = System.nanoTime();
                    ours.itf.txQueue(0).offer(packet, 0, packet.length);
                    ours.itf.txQueue(0).flush();
                    longest = Math.max(longest, System.nanoTime() - start);
                    TimeUnit.MILLISECONDS.sleep(50);
                }
                assertTrue(longest < TimeUnit.MILLISECONDS.toNanos(500), "flush " + longest);
                ours.watch().expectUnhindered();
            } finally {
                stop.set(true);
                toggler.join();
            }
        }
    }

    private void toggle(OwnedFd event, AtomicBoolean stop) {
        int number = event.acquire();
        try {
            while (!stop.get()) {
                posix.descriptors().setStatusFlags(number, 0);
            }
            posix.descriptors().setStatusFlags(number, 0x800);
        } finally {
            event.release();
        }
    }

    /** A drain takes one of a semaphore: it is readable for ever, and must not wake for ever. */
    @ParameterizedTest
    @ValueSource(longs = {1L << 40, -2})
    void semaphoreWithAHugeCountDoesNotSpin(long count) throws Exception {
        int semaphore = 1;
        try (TestedInterface ours =
                        TestedInterface.master(
                                address(), config -> config.rxMode(RxMode.INTERRUPT));
                FakeSlave slave = connect().through(Step.REGION);
                OwnedFd event =
                        FakeSlave.eventFd(posix, DescriptorCalls.EFD_NONBLOCK | semaphore)) {
            slave.acknowledged(RawMessage.addRing(true, 0, 0, 0, FakeSlave.LOG2), event);
            slave.make(Step.M2S);
            slave.make(Step.CONNECT);
            ours.expectEvent("up raw slave raw0");
            set(event, count);
            var threads = ManagementFactory.getThreadMXBean();
            ours.itf.rxQueue(0).await(TimeUnit.MILLISECONDS.toNanos(50));
            long before = threads.getCurrentThreadCpuTime();
            assertFalse(ours.itf.rxQueue(0).await(TimeUnit.SECONDS.toNanos(1)));
            long cpu = threads.getCurrentThreadCpuTime() - before;
            assertTrue(cpu < TimeUnit.MILLISECONDS.toNanos(200), "cpu " + cpu);
            slave.sendPacket(new byte[] {1});
            set(event, 1);
            assertTrue(ours.itf.rxQueue(0).await(TimeUnit.SECONDS.toNanos(20)), "a packet");
        }
    }

    private void set(OwnedFd event, long count) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder());
        int number = event.acquire();
        try {
            posix.descriptors().write(number, bytes.putLong(0, count));
        } finally {
            event.release();
        }
    }
}
