package io.memif;

import io.memif.QueueCounters.Counter;
import io.memif.internal.control.LinkRing;
import io.memif.internal.memory.Padded;
import io.memif.unix.EventFd;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The rings of one link that one receive queue takes from. A link whose numbers agree has one for
 * each queue; a slave that brings more makes them take turns: each call is served by one ring, the
 * next call begins with the ring after it. Order holds within a ring.
 *
 * <p>The methods that take packets are for queues with several rings; one ring has its engine
 * called directly. Used by the queue's thread.
 */
final class RxRings extends Padded {
    /** The engine of the only ring; null if there are several. */
    final RxEngine only;

    /** Names the link to the queue's bursts. */
    final long link;

    private final RxEngine[] engines;
    private final List<LinkRing> rings;
    private final List<EventFd> events;
    private final int[] one = new int[1];

    /** Number of the ring that served the last call. */
    private int turn;

    /** Whether the last call left a packet that the next one asks for. */
    private boolean stay;

    RxRings(List<RxEngine> engines, List<LinkRing> rings) {
        this.engines = engines.toArray(RxEngine[]::new);
        this.rings = rings;
        this.events = events(rings);
        this.only = engines.size() == 1 ? engines.get(0) : null;
        this.link = engines.get(0).serial;
        this.turn = this.engines.length - 1;
        for (int number = 1; number < this.engines.length; number++) {
            this.engines[number].serial = link;
            this.engines[number].number = number;
        }
    }

    private static List<EventFd> events(List<LinkRing> rings) {
        List<EventFd> events = new ArrayList<>();
        for (LinkRing ring : rings) {
            if (ring.event() != null) {
                events.add(ring.event());
            }
        }
        return events;
    }

    List<LinkRing> rings() {
        return rings;
    }

    /** The same list each time. */
    List<EventFd> events() {
        return events;
    }

    /** See {@link RxQueue#poll}. A packet that was cut by the limit is finished first. */
    int poll(PacketHandler handler, int limit) {
        requireNothingHeld();
        int at = first();
        for (int looks = engines.length; looks > 0; looks--) {
            RxEngine engine = engines[at];
            if (!engine.idle()) {
                turn = at;
                int rest = engine.rest();
                int done = engine.poll(handler, rest == 0 ? limit : Math.min(rest, limit));
                if (done > 0) {
                    return done;
                }
            }
            at = after(at);
        }
        return nothing();
    }

    /** See {@link RxQueue#receive(ByteBuffer)}. */
    int receive(ByteBuffer target) {
        int count = receive(target, one);
        return count > 0 ? one[0] : count;
    }

    /** See {@link RxQueue#receive(ByteBuffer, int[])}. */
    int receive(ByteBuffer target, int[] lengths) {
        requireNothingHeld();
        int at = first();
        for (int looks = engines.length; looks > 0; looks--) {
            RxEngine engine = engines[at];
            if (!engine.idle()) {
                turn = at;
                int done = engine.receive(target, lengths);
                stay = done < 0;
                if (done != 0) {
                    return done;
                }
            }
            at = after(at);
        }
        return nothing();
    }

    /** See {@link RxQueue#hold}. */
    int hold(ReceivedBurst burst) {
        RxEngine before = of(burst);
        if (burst.isHeldBy(before)) {
            return before.hold(burst);
        }
        int at = first();
        for (int looks = engines.length; looks > 0; looks--) {
            RxEngine engine = engines[at];
            if (looks == 1 || !engine.idle()) {
                turn = at;
                int done = engine.hold(burst);
                if (done > 0) {
                    return done;
                }
            }
            at = after(at);
        }
        return 0;
    }

    /** The engine that filled a burst; any other one knows nothing of it. */
    RxEngine of(ReceivedBurst burst) {
        return engines[burst.link() == link ? burst.ring() : 0];
    }

    /** Gives the oldest held buffers of one ring back. */
    void release(int ring, int buffers) {
        engines[ring].release(buffers);
    }

    /** Asks the peer to signal or not, on all rings; whether packets are waiting on any. */
    boolean mask(boolean masked) {
        boolean found = false;
        for (RxEngine engine : engines) {
            found |= engine.mask(masked);
        }
        return found;
    }

    /** Sets or clears the mask from any thread, without a look at the rings. */
    void applyMask(boolean masked) {
        for (LinkRing ring : rings) {
            ring.mask(masked);
        }
    }

    /** Whether packets are waiting on any ring. */
    boolean ready() {
        for (RxEngine engine : engines) {
            if (engine.ready()) {
                return true;
            }
        }
        return false;
    }

    private void requireNothingHeld() {
        for (RxEngine engine : engines) {
            engine.requireNothingHeld();
        }
    }

    private int first() {
        boolean same = stay || engines[turn].rest() > 0;
        stay = false;
        return same ? turn : after(turn);
    }

    private int after(int number) {
        return number + 1 == engines.length ? 0 : number + 1;
    }

    private int nothing() {
        engines[0].counters.add(Counter.EMPTY_POLLS, 1);
        return 0;
    }
}
