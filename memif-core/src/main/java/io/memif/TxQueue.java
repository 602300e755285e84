package io.memif;

import io.memif.internal.control.Link;
import io.memif.internal.control.LinkRing;
import io.memif.internal.control.VirtualThreads;
import io.memif.internal.memory.PublishMark;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Sends packets on one queue of an interface. The queue stays valid over reconnects.
 *
 * <p>One thread at a time may use it. {@link #isClosed} and {@link #counters} may be called from
 * any thread.
 *
 * <p>Packets are staged. They go out with {@link #flush}, or by themselves when the ring or a batch
 * is full:
 *
 * <pre>{@code
 * if (tx.offer(packet, 0, packet.remaining()) == TxQueue.BACK_PRESSURED) {
 *     System.err.println("the peer has not taken earlier packets: dropped one");
 * }
 * tx.flush();
 * }</pre>
 *
 * <p>No method throws because a link went down: it returns {@link #NOT_CONNECTED}. Packets that
 * were staged but not flushed are lost with the link. As master, sending may return {@link
 * #BACK_PRESSURED} at first although the link is up, until the slave has posted its buffers.
 *
 * <p>The memory that a packet is copied from may be gone because the peer of another link shrank
 * its file. That link then ends, and the result is {@link #SOURCE_GONE}; what is staged of the
 * packet is undefined. An InternalError comes from memory that the application has mapped itself.
 */
public final class TxQueue {
    /** The ring is full. What was staged before has been published; try again later. */
    public static final int BACK_PRESSURED = -1;

    /** The link is down; the packet was not taken. */
    public static final int NOT_CONNECTED = -2;

    /** The interface has been closed; no packet will ever be taken. */
    public static final int CLOSED = -3;

    /** The packet can never fit into the ring (offer), or into one buffer (claim). */
    public static final int TOO_LONG = -4;

    /**
     * The memory that the packet was read from is gone, and the link that received it ends. Rarely,
     * another link's memory went while this packet was written, and it cannot be told whose was
     * read; the packet may be sent again if its source is still there.
     */
    public static final int SOURCE_GONE = -5;

    private static final long SPIN_NS = 50_000;
    private static final long LONGEST_STEP_NS = 1_000_000;

    private final String name;
    private final int index;
    private final QueueCounters counters = new QueueCounters();
    private final ThreadCheck check;
    private final TxPositions positions = new TxPositions();

    /** The thread that the check let in last. It may be out of date, and is then checked again. */
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
     * The name of a result, for logs and messages.
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
     * Copies a packet and stages it. A packet longer than a buffer goes out as a chain.
     *
     * @param source holds the packet, before its limit; its position is ignored
     * @param offset of the first byte in {@code source}
     * @param length in bytes, 1 or more
     * @return number of slots used, or {@link #BACK_PRESSURED}, {@link #NOT_CONNECTED}, {@link
     *     #CLOSED}, {@link #TOO_LONG}
     * @throws IllegalArgumentException if {@code length} is less than 1
     */
    public int offer(ByteBuffer source, int offset, int length) {
        TxEngine current = current();
        return current == null ? down() : current.offer(source, offset, length);
    }

    /**
     * Copies a packet and stages it. A packet longer than a buffer goes out as a chain.
     *
     * @param source holds the packet
     * @param offset of the first byte in {@code source}
     * @param length in bytes, 1 or more
     * @return number of slots used, or {@link #BACK_PRESSURED}, {@link #NOT_CONNECTED}, {@link
     *     #CLOSED}, {@link #TOO_LONG}
     * @throws IllegalArgumentException if {@code length} is less than 1
     */
    public int offer(byte[] source, int offset, int length) {
        TxEngine current = current();
        return current == null ? down() : current.offer(source, offset, length);
    }

    /**
     * Copies packets that lie one after the other, and stages them.
     *
     * @param source holds the packets, before its limit; its position is ignored
     * @param offset of the first packet in {@code source}
     * @param lengths of the packets in bytes, each 1 or more
     * @param count number of packets to send, from the start of {@code lengths}
     * @return number of packets staged, less than {@code count} if the ring is full; or {@link
     *     #BACK_PRESSURED}, {@link #NOT_CONNECTED}, {@link #CLOSED}, {@link #TOO_LONG} if not even
     *     the first was staged
     */
    public int offer(ByteBuffer source, int offset, int[] lengths, int count) {
        TxEngine current = current();
        return current == null ? down() : current.offer(source, offset, lengths, count);
    }

    /**
     * Lets the caller write several packets in place, and stages them.
     *
     * @param filler called once for each packet. An exception that it throws leaves this method,
     *     and packets that were staged before stay staged
     * @param length maximum length of each packet in bytes, 1 or more
     * @param limit maximum number of packets
     * @return number of packets staged, less than {@code limit} if the ring is full or the filler
     *     stopped; or {@link #BACK_PRESSURED}, {@link #NOT_CONNECTED}, {@link #CLOSED}, {@link
     *     #TOO_LONG} if not even one was staged; or {@link #SOURCE_GONE}, and packets that the
     *     filler had finished stay staged
     */
    public int fill(PacketFiller filler, int length, int limit) {
        TxEngine current = current();
        return current == null ? down() : current.fill(filler, length, limit);
    }

    /**
     * Reserves a buffer to be written in place.
     *
     * @param length number of bytes needed, 1 or more
     * @param claim gets the buffer; commit or abort it before the next call on this queue
     * @return 1, or {@link #BACK_PRESSURED}, {@link #NOT_CONNECTED}, {@link #CLOSED}, {@link
     *     #TOO_LONG} if one buffer is too short: offer the packet instead
     */
    public int tryClaim(int length, PacketClaim claim) {
        TxEngine current = current();
        return current == null ? down() : current.tryClaim(length, claim);
    }

    /**
     * Stages a packet that stays where it is, in a region of the application. Its memory belongs to
     * the peer from now on. Do not change it before {@link #taken} has reached the position that
     * this method returns.
     *
     * @param region a region that the interface was configured with
     * @param offset of the first byte in the region
     * @param length in bytes, 1 or more; a packet longer than a buffer goes out as a chain, because
     *     peers take no more at once
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
     * interface is a slave that shares that memory with its peer: memory of the same interface, a
     * {@link MemifRegion} of both interfaces, or the same file. Otherwise it is copied once. The
     * counters IN_PLACE and FORWARD_COPIES tell the two apart.
     *
     * <p>A packet that goes out from where it lies can change if the link that received it goes
     * down and comes back before the packet is taken: the peer of the new link fills the same
     * buffers.
     *
     * @param burst holds the packet; a chain is passed on whole
     * @param first index of the packet's first buffer
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
        return slots < 0 ? slots : current.wentInPlace ? positions.staged(current) : 0;
    }

    /**
     * How far the peer has come. A packet whose position is not beyond this value has been taken,
     * and its memory is the application's again. When a link ends, all its packets count as taken.
     * The former peer may still read their memory.
     *
     * <p>A slave sees a packet taken as soon as the master returns its slots. A master sees it only
     * when the slave posts the slots again, which peers do while they receive.
     *
     * @return 0 or more; it never decreases
     */
    public long taken() {
        return positions.taken(current());
    }

    /**
     * Whether the peer has taken everything that was sent. It is true while the link is down,
     * because nothing is left to take.
     *
     * @return false while packets are staged, or in the ring
     */
    public boolean isDrained() {
        TxEngine current = current();
        return current == null || current.taken() == current.staged();
    }

    /**
     * Publishes what is staged and waits until a number of slots is free. The protocol has no
     * signal for that, so this spins for 50 microseconds and then looks again in steps of at most a
     * millisecond. While the link is down it waits for the next link.
     *
     * @param slots 1 or more; a number larger than the ring means the whole ring
     * @param timeoutNs longest wait in nanoseconds
     * @return true if the slots are free; false after the time-out, and at once when the queue is
     *     closed
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
     * Waits until {@link #taken} has reached a position, in the same way as {@link #awaitSpace}.
     * Call {@link #flush} first: the peer takes only what has been published.
     *
     * @param position returned by {@link #transmit} or {@link #forward}
     * @param timeoutNs longest wait in nanoseconds
     * @return true if the packet has been taken, and at once when its link has ended or the queue
     *     is closed; false after the time-out
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
     * Publishes what is staged, and signals the peer unless the peer masked signals.
     *
     * @return number of slots published
     * @throws IllegalStateException if a {@link PacketFiller} calls it for its own queue
     */
    public int flush() {
        TxEngine current = current();
        return current == null ? 0 : current.flush();
    }

    /**
     * What happened on the queue, over all links.
     *
     * @return the counters, which any thread may read
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
     * @return true from then on
     */
    public boolean isClosed() {
        return closed;
    }

    /**
     * Lets another thread use the queue from now on. It is needed unless {@link
     * InterfaceConfig.Builder#checkThreads} was switched off. The two threads have to agree on the
     * moment.
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
