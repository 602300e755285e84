package io.memif;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.memif.MemoryFaultTest.CutLink;
import io.memif.internal.control.LinkRing;
import io.memif.internal.control.QueueWaiter;
import io.memif.internal.memory.RegionTable;
import io.memif.internal.protocol.Direction;
import io.memif.internal.protocol.RingPlacement;
import io.memif.testing.TestPosix;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every call on the queues of a link whose file the peer has cut, the buffers alone or the ring
 * with them: no error leaves it. Compiled, since compiled code meets a fault later than it causes
 * it, and then again as it comes. About 15 s.
 */
@Timeout(120)
class CutCallsTest {
    private static final int WARM_UP = 6_000;
    private static final int LENGTH = 600;
    private static final byte[] BYTES = PacketPattern.packet(1, LENGTH);
    private static final ByteBuffer HEAP = ByteBuffer.wrap(BYTES);
    private static final ByteBuffer TARGET = ByteBuffer.allocate(1 << 16);
    private static final int[] LENGTHS = new int[4];

    private static MemifReactor reactor;

    /** Links of both ways that live, to compile all calls on. */
    private static final List<Ends> LIVE = new ArrayList<>();

    /** Handles over a link that can be cut, and what a call before the cut has left open. */
    private static final class Ends implements AutoCloseable {
        final CutLink link;
        final RxQueue rx;
        final TxQueue tx;
        final ReceivedBurst burst = new ReceivedBurst(4);
        final PacketClaim claim = new PacketClaim();
        boolean claimed;

        Ends(Pair.Way way) {
            link = new CutLink(way, true);
            rx =
                    new RxQueue(
                            "test",
                            0,
                            RxMode.POLLING,
                            () -> new QueueWaiter(reactor.control(), 0),
                            false);
            tx = new TxQueue("test", 0, false);
            Direction direction = way == Pair.Way.S2M ? Direction.S2M : Direction.M2S;
            RingPlacement placement = new RingPlacement(direction, 0, 0, 0, 4);
            LinkRing ring = new LinkRing(link.ring, null, () -> {}, placement, null);
            rx.attach(new RxRings(List.of(link.rx), List.of(ring)));
            tx.attach(link.tx, ring);
        }

        void send() {
            tx.offer(BYTES, 0, LENGTH);
            tx.flush();
        }

        /** As an application does whose write into a claim has failed. */
        void abandon() {
            if (claim.isOpen()) {
                claim.abort();
            }
        }

        /** Leaves nothing open that the next call would stumble over. */
        void tidy() {
            rx.release(burst);
            while (rx.poll((buffer, offset, length, flags) -> {}, 8) > 0) {
                continue;
            }
            tx.flush();
        }

        @Override
        public void close() {
            rx.close();
            tx.close();
            link.close();
        }
    }

    /** Something that the application does, after something it has done before the cut. */
    private enum Call {
        POLL {
            @Override
            void make(Ends on) {
                on.rx.poll((buffer, offset, length, flags) -> buffer.get(offset), 8);
            }
        },
        RECEIVE {
            @Override
            void make(Ends on) {
                on.rx.receive(TARGET.clear());
            }
        },
        RECEIVE_SEVERAL {
            @Override
            void make(Ends on) {
                on.rx.receive(TARGET.clear(), LENGTHS);
            }
        },
        HOLD_AND_RELEASE {
            @Override
            void make(Ends on) {
                on.rx.hold(on.burst);
                on.rx.release(on.burst);
            }
        },
        RELEASE {
            @Override
            void before(Ends on) {
                on.rx.hold(on.burst);
            }

            @Override
            void make(Ends on) {
                on.rx.link();
                on.rx.release(on.burst, 1);
                on.rx.release(on.burst);
            }
        },
        AWAIT_POLLING {
            @Override
            void make(Ends on) throws InterruptedException {
                await(on, RxMode.POLLING);
            }
        },
        AWAIT_INTERRUPT {
            @Override
            void make(Ends on) throws InterruptedException {
                await(on, RxMode.INTERRUPT);
            }
        },
        AWAIT_ADAPTIVE {
            @Override
            void make(Ends on) throws InterruptedException {
                await(on, RxMode.ADAPTIVE);
            }
        },
        ARM {
            @Override
            void make(Ends on) {
                on.rx.arm();
                on.rx.disarm();
            }
        },
        OFFER {
            @Override
            void make(Ends on) {
                on.tx.offer(HEAP, 0, LENGTH);
                on.tx.flush();
            }
        },
        OFFER_BYTES {
            @Override
            void make(Ends on) {
                on.tx.offer(BYTES, 0, LENGTH);
                on.tx.flush();
            }
        },
        OFFER_CHAIN {
            @Override
            void make(Ends on) {
                on.tx.offer(TARGET.clear(), 0, 5000);
                on.tx.flush();
            }
        },
        OFFER_SEVERAL {
            @Override
            void make(Ends on) {
                LENGTHS[0] = 100;
                LENGTHS[1] = 200;
                on.tx.offer(HEAP, 0, LENGTHS, 2);
                on.tx.flush();
            }
        },
        FILL {
            @Override
            void make(Ends on) {
                on.tx.fill((buffer, offset, most) -> fill(buffer, offset), LENGTH, 2);
                on.tx.flush();
            }
        },
        CLAIM {
            @Override
            void make(Ends on) {
                if (on.tx.tryClaim(LENGTH, on.claim) > 0) {
                    on.claim.commit();
                }
            }
        },
        COMMIT {
            @Override
            void before(Ends on) {
                on.claimed = on.tx.tryClaim(LENGTH, on.claim) > 0;
            }

            @Override
            void make(Ends on) {
                if (on.claimed) {
                    write(on.claim);
                    on.claimed = false;
                    on.claim.commit();
                }
            }
        },
        ABORT {
            @Override
            void before(Ends on) {
                on.claimed = on.tx.tryClaim(LENGTH, on.claim) > 0;
            }

            @Override
            void make(Ends on) {
                if (on.claimed) {
                    write(on.claim);
                    on.claimed = false;
                    on.claim.abort();
                }
            }
        },
        FLUSH {
            @Override
            void before(Ends on) {
                on.tx.offer(BYTES, 0, LENGTH);
            }

            @Override
            void make(Ends on) {
                on.tx.flush();
            }
        },
        TRANSMIT {
            @Override
            void make(Ends on) {
                if (on.link.tx instanceof SlaveTx slave) {
                    RegionTable table = on.link.table;
                    slave.transmit(table.id(0), 4096, LENGTH);
                    slave.transmit(table.id(0), 4096, 5000);
                    slave.flush();
                }
            }
        },
        FORWARD {
            @Override
            void before(Ends on) {
                on.rx.hold(on.burst);
            }

            @Override
            void make(Ends on) {
                if (on.burst.count() > 0) {
                    on.tx.forward(on.burst, 0);
                }
                on.tx.flush();
            }
        },
        TAKEN {
            @Override
            void make(Ends on) {
                on.tx.taken();
                on.tx.taken();
            }
        },
        AWAIT_SPACE {
            @Override
            void make(Ends on) throws InterruptedException {
                on.tx.awaitSpace(1, 0);
            }
        },
        AWAIT_TAKEN {
            @Override
            void make(Ends on) throws InterruptedException {
                on.tx.awaitTaken(Long.MAX_VALUE, 0);
            }
        },
        DETAILS {
            @Override
            void make(Ends on) {
                DetailsReader.rx(List.of(on.rx));
                DetailsReader.tx(List.of(on.tx));
            }
        },
        COUNTERS {
            @Override
            void make(Ends on) {
                for (QueueCounters.Counter each : QueueCounters.Counter.values()) {
                    on.rx.counters().get(each);
                    on.tx.counters().get(each);
                }
            }
        },
        MODE {
            @Override
            void make(Ends on) {
                on.rx.rxMode(RxMode.INTERRUPT);
                on.rx.rxMode(RxMode.POLLING);
            }
        };

        void before(Ends on) {}

        abstract void make(Ends on) throws InterruptedException;

        private static void await(Ends on, RxMode mode) throws InterruptedException {
            on.rx.rxMode(mode);
            on.rx.await(0);
        }

        /** The application's own access, which may fail where it stands. */
        private static void write(PacketClaim claim) {
            try {
                fill(claim.buffer(), claim.offset());
            } catch (InternalError e) {
                return;
            }
        }

        private static int fill(ByteBuffer buffer, int offset) {
            buffer.put(offset, BYTES);
            return LENGTH;
        }
    }

    @BeforeAll
    static void compile() throws InterruptedException {
        reactor = MemifReactor.callerDriven(e -> {}, TestPosix.open());
        for (Pair.Way way : Pair.Way.values()) {
            Ends live = new Ends(way);
            LIVE.add(live);
            for (Call call : Call.values()) {
                for (int i = 0; i < WARM_UP; i++) {
                    live.send();
                    call.before(live);
                    call.make(live);
                    live.tidy();
                }
            }
            assertEquals(List.of(), live.link.faults);
        }
    }

    @AfterAll
    static void close() {
        LIVE.forEach(Ends::close);
        LIVE.clear();
        reactor.close();
    }

    static Stream<Arguments> cases() {
        List<Arguments> all = new ArrayList<>();
        for (Pair.Way way : Pair.Way.values()) {
            for (boolean ringToo : new boolean[] {false, true}) {
                for (Call call : Call.values()) {
                    all.add(Arguments.of(way, ringToo, call));
                }
            }
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void noErrorLeavesACallOnACutLink(Pair.Way way, boolean ringToo, Call call) throws Exception {
        try (Ends ends = new Ends(way)) {
            ends.send();
            call.before(ends);
            if (ringToo) {
                ends.link.cutAll();
            } else {
                ends.link.cut();
            }
            make(call, ends);
            make(call, ends);
            ends.abandon();
            ends.tx.offer(BYTES, 0, LENGTH);
            ends.tidy();
            assertEquals(0, ends.rx.receive(TARGET.clear()));
            assertFalse(ringToo && ends.link.faults.isEmpty(), "the link ends");
        }
        LIVE.forEach(live -> assertEquals(List.of(), live.link.faults, "no other link ends"));
    }

    /**
     * What the application has written into a claim itself may fail late, before the claim's end
     * has come as far as the engine.
     */
    private static void make(Call call, Ends ends) throws Exception {
        try {
            call.make(ends);
        } catch (InternalError e) {
            String where = e.getStackTrace()[0].getClassName();
            boolean wrote = call == Call.COMMIT || call == Call.ABORT;
            if (!wrote || where.equals(TxEngine.class.getName())) {
                throw new AssertionError("an error left " + call, e);
            }
        }
    }
}
