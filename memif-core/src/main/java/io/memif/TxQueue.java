package io.memif;

import io.memif.internal.control.Link;
import io.memif.internal.control.LinkRing;
import io.memif.internal.control.VirtualThreads;
import io.memif.internal.memory.PublishMark;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Sends packets on one queue of an interface; the handle stays valid over reconnects.
 *
 * <p>Use it from one thread at a time; {@link #isClosed} and {@link #counters} are for any thread.
 * As master, the first packets may be answered {@link #BACK_PRESSURED} although the link is up,
 * until the slave has posted its buffers. Packets are staged and go out with {@link #flush}, or by
 * themselves when the ring or a batch is full. No method throws because a link went down: it
 * answers {@link #NOT_CONNECTED}, and packets staged but not flushed are lost with the link.
 *
 * <p>If memory that a packet is copied from turns out to be gone because another link's peer cut
 * its file, that link ends, and the answer is {@link #SOURCE_GONE}; what is staged of the packet
 * may be anything. An InternalError means memory that the application has mapped itself.
 */
public final class TxQueue {
    /** The ring is full: what was staged has been published; try again later. */
    public static final int BACK_PRESSURED = -1;

    /** The link is down; the packet was not taken. */
    public static final int NOT_CONNECTED = -2;

    /** The interface has been closed; no packet will ever be taken. */
    public static final int CLOSED = -3;

    /** The packet can never fit into the ring (offer), or into one buffer (claim). */
    public static final int TOO_LONG = -4;

    /** The memory that a packet was to come from is gone: the link that received it ends. */
    public static final int SOURCE_GONE = -5;

    private static final long SPIN_NS = 50_000;
    private static final long LONGEST_STEP_NS = 1_000_000;

    private final String name;
    private final int index;
    private final QueueCounters counters = new QueueCounters();
    private final ThreadCheck check;
    private final TxPositions positions = new TxPositions();

    /** The thread that the check let in last; may lag behind, and is then checked again. */
    private Thread user;

    private volatile TxEngine engine;
    private volatile LinkRing ring;
    private volatile boolean closed;

    TxQueue(String of, int index, boolean check) {
        this.name = "transmit queue " + index + " of " + of;
        this.index = index;
        this.check = check ? new ThreadCheck(name) : null;
    }

    /**
     * The name of an answer, for logs and messages.
     *
     * @param result of any method that sends
     * @return the name of the constant if it is negative, else {@code OK}
     */
    public static String resultName(long result) {
        if (result >= 0) {
            return "OK";
        }
        return switch ((int) Math.max(result, Integer.MIN_VALUE)) {
            case BACK_PRESSURED -> "BACK_PRESSURED";
            case NOT_CONNECTED -> "NOT_CONNECTED";
            case CLOSED -> "CLOSED";
            case TOO_LONG -> "TOO_LONG";
            case SOURCE_GONE -> "SOURCE_GONE";
            default -> "unknown result " + result;
        };
    }

    /**
     * Number of the queue.
     *
     * @return 0 and up
     */
    public int index() {
        return index;
    }

    /**
     * Stages a packet, copied.
     *
     * @param source of the bytes, which lie before its limit; its position does not count
     * @param offset of the first byte in {@code source}
     * @param length bytes, 1 or more; more than a buffer holds goes out as a chain
     * @return slots used, or {@link #BACK_PRESSURED}, {@link #NOT_CONNECTED}, {@link #CLOSED},
     *     {@link #TOO_LONG}
     * @throws IllegalArgumentException if {@code length} is less than 1
     */
    public int offer(ByteBuffer source, int offset, int length) {
        TxEngine current = current();
        return current == null ? down() : current.offer(source, offset, length);
    }

    /**
     * Stages a packet, copied.
     *
     * @param source of the bytes
     * @param offset of the first byte in {@code source}
     * @param length bytes, 1 or more; more than a buffer holds goes out as a chain
     * @return slots used, or {@link #BACK_PRESSURED}, {@link #NOT_CONNECTED}, {@link #CLOSED},
     *     {@link #TOO_LONG}
     * @throws IllegalArgumentException if {@code length} is less than 1
     */
    public int offer(byte[] source, int offset, int length) {
        TxEngine current = current();
        return current == null ? down() : current.offer(source, offset, length);
    }

    /**
     * Stages packets that lie one after the other, copied.
     *
     * @param source of the bytes, which lie before its limit; its position does not count
     * @param offset of the first packet in {@code source}
     * @param lengths of the packets in bytes, each 1 or more
     * @param count packets to send, from the start of {@code lengths}
     * @return packets staged, less than {@code count} if the ring is full; or {@link
     *     #BACK_PRESSURED}, {@link #NOT_CONNECTED}, {@link #CLOSED}, {@link #TOO_LONG} if not even
     *     the first was
     */
    public int offer(ByteBuffer source, int offset, int[] lengths, int count) {
        TxEngine current = current();
        return current == null ? down() : current.offer(source, offset, lengths, count);
    }

    /**
     * Lets the caller write several packets in place, one after the other.
     *
     * @param filler writes each; what it throws leaves this method, and what was staged before
     *     stays
     * @param length most bytes of each, 1 or more
     * @param limit most packets
     * @return packets staged, less than {@code limit} if the ring is full or the filler stopped; or
     *     {@link #BACK_PRESSURED}, {@link #NOT_CONNECTED}, {@link #CLOSED}, {@link #TOO_LONG} if
     *     not even one was
     */
    public int fill(PacketFiller filler, int length, int limit) {
        TxEngine current = current();
        return current == null ? down() : current.fill(filler, length, limit);
    }

    /**
     * Reserves a buffer to be written in place.
     *
     * @param length bytes needed, 1 or more
     * @param claim pointed at the buffer; commit or abort it before the next call on this queue
     * @return 1, or {@link #BACK_PRESSURED}, {@link #NOT_CONNECTED}, {@link #CLOSED}, {@link
     *     #TOO_LONG} if one buffer does not hold it: offer it instead
     */
    public int tryClaim(int length, PacketClaim claim) {
        TxEngine current = current();
        return current == null ? down() : current.tryClaim(length, claim);
    }

    /**
     * Stages a packet that stays where it is, in a region of the application. The memory belongs to
     * the peer from now on: change it again when {@link #taken} has reached the answered position.
     *
     * @param region one that the interface was configured with
     * @param offset of the first byte in it
     * @param length bytes, 1 or more; more than a buffer holds goes out as a chain, since peers
     *     take no more at once
     * @return the position after the packet, 1 or more; or {@link #BACK_PRESSURED}, {@link
     *     #NOT_CONNECTED}, {@link #CLOSED}, {@link #TOO_LONG}
     * @throws IllegalArgumentException if {@code length} is less than 1, the packet leaves the
     *     region or its first 4 GiB, or the interface was not configured with the region
     */
    public long transmit(MemifRegion region, long offset, int length) {
        TxEngine current = current();
        if (current == null) {
            return down();
        }
        int slots = current.transmit(region.id(), offset, length);
        return slots > 0 ? positions.staged(current) : slots;
    }

    /**
     * Stages a packet that another queue received and holds. It goes out from where it lies if this
     * interface is a slave that shares that memory with its peer: the same interface's, one {@link
     * MemifRegion} of both, or the same file. Otherwise it is copied, once. The counters IN_PLACE
     * and FORWARD_COPIES tell.
     *
     * <p>A packet that is still on its way from where it lies can change if the link that received
     * it goes down and comes back meanwhile: the new link's peer fills the same buffers.
     *
     * @param burst of held buffers; a packet of several is passed on whole
     * @param first buffer of the packet
     * @return the position that {@link #taken} has to reach before the buffers may be released; 0
     *     if they were copied and may be released at once; or {@link #BACK_PRESSURED}, {@link
     *     #NOT_CONNECTED}, {@link #CLOSED}; {@link #TOO_LONG}, also for what is not a whole packet
     *     (see {@link ReceivedBurst#isWhole}); {@link #SOURCE_GONE}
     */
    public long forward(ReceivedBurst burst, int first) {
        TxEngine current = current();
        if (current == null) {
            return down();
        }
        int slots = current.forward(burst, first);
        return slots < 0 ? slots : current.wentInPlace() ? positions.staged(current) : 0;
    }

    /**
     * How far the peer has come: the buffers of every packet whose position is not beyond this are
     * the application's again. When a link ends all its packets count as taken; the peer that went
     * may still look at their memory, but what it sees matters to nobody.
     *
     * <p>A slave sees its packets taken as soon as the master returns their slots. A master sees it
     * only when the slave posts the slots again, which peers do while they receive.
     *
     * @return 0 or more; never falls
     */
    public long taken() {
        return positions.taken(current());
    }

    /**
     * Whether the peer has taken everything that was sent; true as well while the link is down,
     * since then nothing is left to take.
     *
     * @return false while packets are staged, or in the ring
     */
    public boolean isDrained() {
        TxEngine current = current();
        return current == null || current.isDrained();
    }

    /**
     * Publishes what is staged and waits until so many slots are free. The protocol has no signal
     * for that: this spins for a short while, and then looks again in steps of at most a
     * millisecond. While the link is down it waits for the next.
     *
     * @param slots 1 or more; more than the ring has count as the whole ring
     * @param timeoutNs longest wait in nanoseconds
     * @return false after the time-out, and at once when the queue is closed
     * @throws InterruptedException if the thread is interrupted
     */
    public boolean awaitSpace(int slots, long timeoutNs) throws InterruptedException {
        return await(
                () -> {
                    TxEngine current = current();
                    return current != null && current.hasSpace(slots);
                },
                timeoutNs);
    }

    /**
     * Waits until {@link #taken} has reached a position, in the way of {@link #awaitSpace}. Publish
     * what is staged first: the peer takes nothing else.
     *
     * @param position answered by {@link #transmit} or {@link #forward}
     * @param timeoutNs longest wait in nanoseconds
     * @return false after the time-out; true at once when the link has ended or the queue is
     *     closed, since then nobody will look at the packet again
     * @throws InterruptedException if the thread is interrupted
     */
    public boolean awaitTaken(long position, long timeoutNs) throws InterruptedException {
        return await(() -> taken() >= position, timeoutNs);
    }

    private boolean await(BooleanSupplier condition, long timeoutNs) throws InterruptedException {
        long start = System.nanoTime();
        int turn = 0;
        while (true) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            if (condition.getAsBoolean()) {
                return true;
            }
            long passed = System.nanoTime() - start;
            if (passed >= timeoutNs || closed) {
                return false;
            }
            if (passed < SPIN_NS) {
                VirtualThreads.onSpinWait(turn++);
            } else {
                // Steps grow with the wait, so that a short one is not made much longer.
                long step = Math.min(LONGEST_STEP_NS, passed / 2);
                LockSupport.parkNanos(Math.min(step, timeoutNs - passed));
            }
        }
    }

    /**
     * Publishes what is staged and signals the peer unless it asked not to be.
     *
     * @return slots published
     */
    public int flush() {
        TxEngine current = current();
        return current == null ? 0 : current.flush();
    }

    /**
     * What happened on the queue, over all connections.
     *
     * @return readable from any thread
     */
    public QueueCounters counters() {
        return counters;
    }

    private int down() {
        return closed ? CLOSED : NOT_CONNECTED;
    }

    /**
     * Whether the interface has been closed.
     *
     * @return true for ever then
     */
    public boolean isClosed() {
        return closed;
    }

    /**
     * Lets another thread use the queue from now on. Only needed where {@link
     * InterfaceConfig.Builder#checkThreads} is on, as it is unless switched off; the two threads
     * have to agree on the moment.
     */
    public void handOver() {
        if (check != null) {
            user = null;
            check.handOver();
        }
    }

    /** Interface, direction and number. */
    @Override
    public String toString() {
        return name;
    }

    private TxEngine current() {
        if (check != null && Thread.currentThread() != user) {
            user = check.enter();
        }
        return engine;
    }

    /** The ring of the current link, or null. */
    LinkRing ring() {
        return ring;
    }

    /** A link is up that has this queue. */
    void linkUp(Link link, PublishMark mark) {
        LinkRing next = link.tx().get(index);
        TxEngine made =
                link.role() == Role.MASTER
                        ? new MasterTx(
                                next.ring(), link.table(), next.signal(), counters, link::fail)
                        : new SlaveTx(
                                next.ring(),
                                link.table(),
                                next.buffers(),
                                next.signal(),
                                counters,
                                link::fail);
        made.mark = mark;
        attach(made, next);
    }

    void attach(TxEngine next, LinkRing of) {
        ring = of;
        engine = next;
    }

    void linkDown() {
        attach(null, null);
    }

    void close() {
        closed = true;
        attach(null, null);
    }
}
