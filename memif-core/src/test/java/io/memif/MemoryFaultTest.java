package io.memif;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.internal.memory.Faults;
import io.memif.internal.memory.OwnBuffers;
import io.memif.internal.memory.Region;
import io.memif.internal.memory.RegionTable;
import io.memif.internal.memory.Ring;
import io.memif.internal.memory.RingLayout;
import io.memif.internal.posix.FileCalls;
import io.memif.internal.posix.Posix;
import io.memif.unix.OwnedFd;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A file is cut while packets go from one link to another: the link whose file it is ends, and no
 * other. The rings lie in the first page, which stays; the buffers after it are cut off.
 */
@Timeout(60)
class MemoryFaultTest {
    private static final int WARM_UP = 12_000;
    private static final int LOG2 = 4;
    private static final int PAGE = 4096;
    private static final int BUFFER = 2048;
    private static final int SIZE = PAGE + (BUFFER << LOG2) + BUFFER;
    private static final int GONE = TxQueue.SOURCE_GONE;
    private static final byte[] PACKET = PacketPattern.packet(1, 600);

    /** How a packet gets from one link to the other. */
    private enum Carry {
        OFFER {
            @Override
            int carry(TxEngine to, TxEngine other, ByteBuffer buffer, int offset, int length) {
                return to.offer(buffer, offset, length);
            }
        },
        OFFER_BYTES {
            @Override
            int carry(TxEngine to, TxEngine other, ByteBuffer buffer, int offset, int length) {
                byte[] bytes = new byte[length];
                buffer.get(offset, bytes);
                return to.offer(bytes, 0, length);
            }
        },
        CLAIM {
            @Override
            int carry(TxEngine to, TxEngine other, ByteBuffer buffer, int offset, int length) {
                return claim(to, buffer, offset, length, false);
            }
        },
        FILL {
            @Override
            int carry(TxEngine to, TxEngine other, ByteBuffer buffer, int offset, int length) {
                return fill(to, null, buffer, offset, length);
            }
        },
        CLAIM_AND_FLUSH {
            @Override
            int carry(TxEngine to, TxEngine other, ByteBuffer buffer, int offset, int length) {
                return claim(to, buffer, offset, length, true);
            }
        },
        FILL_AND_FLUSH_ANOTHER {
            @Override
            int carry(TxEngine to, TxEngine other, ByteBuffer buffer, int offset, int length) {
                return fill(to, other, buffer, offset, length);
            }
        };

        private static int claim(
                TxEngine to, ByteBuffer buffer, int offset, int length, boolean flushes) {
            PacketClaim claim = new PacketClaim();
            int result = to.tryClaim(length, claim);
            if (result > 0) {
                claim.buffer().put(claim.offset(), buffer, offset, length);
                if (flushes) {
                    to.flush();
                    // Once more: the flush may have taken the fault of the first copy.
                    claim.buffer().put(claim.offset(), buffer, offset, length);
                }
                result = claim.commit();
                requireNothingPending();
            }
            return result;
        }

        /** A fault that a commit leaves would appear somewhere in the application's code. */
        private static void requireNothingPending() {
            try {
                Faults.settle();
            } catch (InternalError e) {
                throw new AssertionError("the commit has left a fault", e);
            }
        }

        private static int fill(
                TxEngine to, TxEngine flushed, ByteBuffer buffer, int offset, int length) {
            PacketFiller filler =
                    (into, at, most) -> {
                        into.put(at, buffer, offset, length);
                        if (flushed != null) {
                            // May take the fault of the copy.
                            flushed.flush();
                        }
                        return length;
                    };
            return to.fill(filler, length, 1);
        }

        /** Whether it leaves a claim open when the interpreter throws where it reads. */
        boolean claims() {
            return this == CLAIM || this == CLAIM_AND_FLUSH;
        }

        abstract int carry(TxEngine to, TxEngine other, ByteBuffer buffer, int offset, int length);
    }

    /** A file in memory; its region owns it. */
    static final class MemoryFile {
        private final Posix posix = Posix.open();
        private final OwnedFd file;
        private final long size;

        MemoryFile(int flags, long size) {
            this.size = size;
            int number = posix.files().memfdCreate("memory fault", FileCalls.MFD_CLOEXEC | flags);
            file = OwnedFd.adopt(posix, number, "memory fault");
            assertEquals(0, posix.files().ftruncate(number, size));
        }

        void seal() {
            assertEquals(0, number(n -> posix.files().addSeals(n, FileCalls.F_SEAL_SHRINK)));
        }

        void cut(long length) {
            assertEquals(0, number(n -> posix.files().ftruncate(n, length)));
        }

        Region region() {
            return Region.adopt("memory fault", file, size, false);
        }

        private int number(IntUnaryOperator call) {
            int number = file.acquire();
            try {
                return call.applyAsInt(number);
            } finally {
                file.release();
            }
        }
    }

    /** Both ends of one ring over a file that can be cut. */
    static final class CutLink implements AutoCloseable {
        final List<String> faults = new ArrayList<>();
        final TxEngine tx;
        final RxEngine rx;
        final Ring ring;
        final RegionTable table;
        private final MemoryFile file;

        CutLink(Pair.Way way, boolean canShrink) {
            file = new MemoryFile(FileCalls.MFD_ALLOW_SEALING, SIZE);
            if (!canShrink) {
                file.seal();
            }
            Region region = file.region();
            table = RegionTable.of(region);
            region.close();
            ring = new Ring(table.window(0), 0, LOG2, 64);
            ring.initialise(RingLayout.MASK_INT);
            QueueCounters counters = new QueueCounters();
            if (way == Pair.Way.S2M) {
                OwnBuffers own = new OwnBuffers(0, PAGE, BUFFER);
                tx = new SlaveTx(ring, table, own, () -> {}, counters, faults::add);
                rx = new MasterRx(ring, table, new QueueCounters(), faults::add);
            } else {
                OwnBuffers own = new OwnBuffers(0, PAGE, BUFFER, BUFFER);
                tx = new MasterTx(ring, table, () -> {}, counters, faults::add);
                rx = new SlaveRx(ring, table, own, new QueueCounters(), faults::add);
                rx.start();
            }
        }

        void send() {
            assertEquals(1, tx.offer(PACKET, 0, PACKET.length));
            assertTrue(tx.flush() > 0);
        }

        /** Takes the buffers away, and leaves the ring. */
        void cut() {
            file.cut(PAGE);
        }

        void cutAll() {
            file.cut(0);
        }

        @Override
        public void close() {
            table.close();
        }
    }

    /**
     * Compiled code meets a missing page and goes on, so everything is compiled first: with few
     * links of each kind, and packets that pass.
     */
    @BeforeAll
    static void compile() {
        for (Pair.Way fromWay : Pair.Way.values()) {
            for (Pair.Way toWay : Pair.Way.values()) {
                try (CutLink from = new CutLink(fromWay, true);
                        CutLink to = new CutLink(toWay, fromWay == toWay)) {
                    for (Carry carry : Carry.values()) {
                        for (int i = 0; i < WARM_UP; i++) {
                            from.send();
                            from.rx.poll((b, o, l, f) -> carry.carry(to.tx, from.tx, b, o, l), 8);
                            to.tx.flush();
                            assertEquals(1, to.rx.poll((b, o, l, f) -> {}, 8));
                        }
                    }
                }
            }
        }
    }

    static Stream<Arguments> cases() {
        List<Arguments> all = new ArrayList<>();
        for (Pair.Way from : Pair.Way.values()) {
            for (Pair.Way to : Pair.Way.values()) {
                for (boolean shrinks : new boolean[] {false, true}) {
                    for (Carry carry : Carry.values()) {
                        all.add(Arguments.of(from, to, shrinks, carry));
                    }
                }
            }
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void handlerOfACutLinkEndsThatLinkAndNotTheOneItSendsTo(
            Pair.Way fromWay, Pair.Way toWay, boolean toShrinks, Carry carry) {
        try (CutLink from = new CutLink(fromWay, true);
                CutLink to = new CutLink(toWay, toShrinks)) {
            from.send();
            from.cut();
            int[] answer = new int[1];
            PacketHandler handler =
                    (b, o, l, f) -> answer[0] = carry.carry(to.tx, from.tx, b, o, l);
            from.rx.poll(handler, 8);
            // Code that is not compiled throws where it reads, which may be the handler.
            assertTrue(answer[0] == GONE || answer[0] == 0, () -> "answer " + answer[0]);
            assertFalse(from.faults.isEmpty());
            assertTrue(from.rx.broken());
            assertEquals(List.of(), to.faults);
            to.tx.flush();
            assertEquals(0, to.rx.poll((b, o, l, f) -> {}, 8), "nothing of it went out");
            assertFalse(to.tx.broken());
            if (answer[0] == GONE || !carry.claims()) {
                to.send();
                assertEquals(1, to.rx.poll((b, o, l, f) -> {}, 8), "the other link goes on");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void handlerThatSendsToACutLinkEndsThatLinkAndNotItsOwn(
            Pair.Way toWay, Pair.Way fromWay, boolean fromShrinks, Carry carry) {
        try (CutLink from = new CutLink(fromWay, fromShrinks);
                CutLink to = new CutLink(toWay, true)) {
            to.send();
            to.rx.poll((b, o, l, f) -> {}, 8);
            from.send();
            to.cut();
            int[] answer = new int[1];
            PacketHandler handler =
                    (b, o, l, f) -> answer[0] = carry.carry(to.tx, from.tx, b, o, l);
            answer[0] = TxQueue.NOT_CONNECTED;
            from.rx.poll(handler, 8);
            assertEquals(TxQueue.NOT_CONNECTED, answer[0]);
            assertEquals(List.of(), from.faults);
            assertFalse(from.rx.broken());
            assertFalse(to.faults.isEmpty());
            from.send();
            assertEquals(1, from.rx.poll((b, o, l, f) -> b.get(o), 8), "the own link goes on");
        }
    }

    @ParameterizedTest
    @EnumSource(Pair.Way.class)
    void forwardingFromACutLinkSaysSo(Pair.Way way) {
        try (CutLink from = new CutLink(way, true);
                CutLink to = new CutLink(Pair.Way.S2M, true)) {
            from.send();
            ReceivedBurst burst = new ReceivedBurst(1);
            assertEquals(1, from.rx.hold(burst));
            from.cut();
            assertEquals(TxQueue.SOURCE_GONE, to.tx.forward(burst, 0));
            assertEquals(List.of(), to.faults);
            to.send();
        }
    }

    @ParameterizedTest
    @EnumSource(Pair.Way.class)
    void faultInsideAFillerEndsTheLinkAndDoesNotThrow(Pair.Way way) {
        try (CutLink link = new CutLink(way, true)) {
            link.cut();
            PacketFiller filler =
                    (buffer, offset, length) -> {
                        buffer.put(offset, PACKET);
                        return PACKET.length;
                    };
            assertEquals(TxQueue.NOT_CONNECTED, link.tx.fill(filler, PACKET.length, 10));
            assertFalse(link.faults.isEmpty());
            assertEquals(TxQueue.NOT_CONNECTED, link.tx.offer(new byte[1], 0, 1));
            assertEquals(0, link.tx.flush());
        }
    }

    /** What it has finished is sent, and what comes after it does not lie over that. */
    @ParameterizedTest
    @EnumSource(Pair.Way.class)
    void fillerWhoseSourceIsGoneLeavesWhatItHasFinished(Pair.Way way) {
        try (CutLink from = new CutLink(Pair.Way.S2M, true);
                CutLink to = new CutLink(way, true)) {
            from.send();
            ReceivedBurst burst = new ReceivedBurst(1);
            assertEquals(1, from.rx.hold(burst));
            from.cut();
            int[] calls = {0};
            PacketFiller filler =
                    (buffer, at, most) -> {
                        if (++calls[0] == 3) {
                            buffer.put(at, burst.buffer(0), burst.offset(0), burst.length(0));
                            return burst.length(0);
                        }
                        buffer.put(at, PacketPattern.packet(calls[0], 600));
                        return 600;
                    };
            assertEquals(GONE, to.tx.fill(filler, 600, 10));
            assertEquals(3, calls[0]);
            assertEquals(1, to.tx.offer(PacketPattern.packet(3, 600), 0, 600));
            assertEquals(3, to.tx.flush());
            List<byte[]> packets = PacketPattern.drain(to.rx, 8);
            assertEquals(3, packets.size());
            for (int i = 0; i < 3; i++) {
                assertArrayEquals(PacketPattern.packet(i + 1, 600), packets.get(i));
            }
            assertEquals(List.of(), to.faults);
        }
    }

    /** It may be a mapped file of the application, which only the application can know about. */
    @ParameterizedTest
    @EnumSource(Pair.Way.class)
    void faultOfMemoryThatNoLinkOwnsIsTheCallers(Pair.Way way) {
        MemoryFile file = new MemoryFile(FileCalls.MFD_ALLOW_SEALING, SIZE);
        try (Region own = file.region();
                CutLink link = new CutLink(way, true)) {
            file.cut(PAGE);
            ByteBuffer memory = own.windows().get(0);
            assertThrows(InternalError.class, () -> link.tx.offer(memory, PAGE, 100));
            assertEquals(List.of(), link.faults);
            link.send();
        }
    }
}
