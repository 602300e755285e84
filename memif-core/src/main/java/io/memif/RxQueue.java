package io.memif;

import io.memif.internal.control.Link;
import io.memif.internal.control.LinkRing;
import io.memif.internal.control.QueueWaiter;
import io.memif.unix.OwnedFd;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Receives packets on one queue of an interface; the handle stays valid over reconnects.
 *
 * <p>Use it from one thread at a time; {@link #rxMode}, {@link #wakeUp}, {@link #eventDescriptor},
 * {@link #isClosed} and {@link #counters} are for any thread. No method throws because a link went
 * down: it answers like an idle queue. Once the interface has been closed it answers {@link
 * #CLOSED}, so a loop ends like this:
 *
 * <pre>{@code
 * int length;
 * while ((length = queue.receive(buffer.clear())) != RxQueue.CLOSED) {
 *     if (length == 0) {
 *         queue.await(1_000_000_000L);
 *     }
 * }
 * }</pre>
 *
 * <p>A master's slave may bring more rings than the interface has receive queues. Ring i is then
 * received by queue i mod n, and the rings of a queue take turns: a call takes packets from one of
 * them, in their order, and the next call from another.
 *
 * <p>Buffers that the queue hands out are shared memory, big-endian at first. Their position is
 * anything, their limit is the capacity; see {@link PacketHandler} for what may be done to them.
 */
public final class RxQueue {
    /** The interface has been closed; no packet will ever come. No length, negated, is so small. */
    public static final int CLOSED = Integer.MIN_VALUE;

    private final String name;
    private final int index;
    private final QueueCounters counters = new QueueCounters();
    private final RxWait wait;
    private final ThreadCheck check;

    /** The thread that the check let in last; may lag behind, and is then checked again. */
    private Thread user;

    private volatile RxRings rings;
    private volatile boolean closed;

    RxQueue(String of, int index, RxMode mode, Supplier<QueueWaiter> waiters, boolean check) {
        this.name = "receive queue " + index + " of " + of;
        this.index = index;
        this.wait = new RxWait(mode, waiters, counters);
        this.check = check ? new ThreadCheck(name) : null;
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
     * Hands received buffers to a handler, in order, and gives them back to the peer.
     *
     * @param handler takes them; what it throws leaves this method, and the buffers not yet handed
     *     over stay for the next call
     * @param limit most buffers to hand over, 1 or more
     * @return buffers handed over; 0 when there are none or the link is down; {@link #CLOSED}
     * @throws IllegalStateException if buffers are held
     */
    public int poll(PacketHandler handler, int limit) {
        RxRings current = current();
        if (current == null) {
            return down();
        }
        RxEngine only = current.only;
        return only != null ? only.poll(handler, limit) : current.poll(handler, limit);
    }

    /**
     * Copies the next packet, whole, into a buffer.
     *
     * @param target receives at its position, which moves; chained buffers are joined
     * @return length in bytes; 0 when there is none or the link is down; the negated length if
     *     {@code target} has less space, and the packet stays for the next call; {@link #CLOSED}
     * @throws IllegalStateException if buffers are held
     */
    public int receive(ByteBuffer target) {
        RxRings current = current();
        if (current == null) {
            return down();
        }
        RxEngine only = current.only;
        return only != null ? only.receive(target) : current.receive(target);
    }

    /**
     * Copies packets, whole, one after the other into a buffer.
     *
     * @param target receives from its position on, which moves; chained buffers are joined
     * @param lengths gets the length of each packet in bytes
     * @return packets copied, at most as many as {@code lengths} has entries or {@code target} has
     *     space for; 0 when there are none or the link is down; the negated length if {@code
     *     target} has no space even for the first; {@link #CLOSED}
     * @throws IllegalStateException if buffers are held
     */
    public int receive(ByteBuffer target, int[] lengths) {
        RxRings current = current();
        if (current == null) {
            return down();
        }
        RxEngine only = current.only;
        return only != null ? only.receive(target, lengths) : current.receive(target, lengths);
    }

    /**
     * Takes received buffers and keeps them until {@link #release}. May be called again while
     * buffers are held, for the ones after them, with another burst or the same one, which then
     * takes from the same ring; the ring holds no more than it has slots. While buffers are held
     * neither {@link #poll} nor {@link #receive} may be called. A packet of several buffers is
     * taken whole unless it has more of them than the burst takes.
     *
     * @param burst is emptied and filled; what it held before stays held, and goes back with it
     * @return buffers taken; 0 when there are none or the link is down; {@link #CLOSED}
     * @throws IllegalStateException if the burst still holds buffers and another one has taken some
     *     after them
     */
    public int hold(ReceivedBurst burst) {
        RxRings current = current();
        if (current == null) {
            return down();
        }
        RxEngine only = current.only;
        return only != null ? only.hold(burst) : current.hold(burst);
    }

    /**
     * Gives the buffers that a burst holds back to the peer, and empties it. Bursts go back in the
     * order in which they were filled, at least those from one ring. Buffers of a link that went
     * down are gone already.
     *
     * @param burst filled by {@link #hold} on this queue
     * @return buffers given back; 0 if it holds none, because it has been released already or its
     *     link has ended
     * @throws IllegalStateException if buffers that were taken before are still held; nothing is
     *     given back then
     */
    public int release(ReceivedBurst burst) {
        RxRings current = current();
        return current == null ? 0 : current.of(burst).release(burst);
    }

    /**
     * Gives the first of the buffers that a burst still holds back to the peer. As {@link
     * #release(ReceivedBurst)}, but the burst keeps its content.
     *
     * @param burst filled by {@link #hold} on this queue
     * @param buffers how many, 0 or more
     * @return buffers given back; 0 if it holds none, because it has been released already or its
     *     link has ended
     * @throws IllegalStateException if buffers that were taken before are still held
     * @throws IllegalArgumentException if the burst holds fewer
     */
    public int release(ReceivedBurst burst, int buffers) {
        RxRings current = current();
        return current == null ? 0 : current.of(burst).release(burst, buffers);
    }

    /**
     * Gives the oldest held buffers of a ring back, if their link is still the current one.
     *
     * @param link that {@link ReceivedBurst#link} named when they were taken
     * @param ring that {@link ReceivedBurst#ring} named
     */
    void release(long link, int ring, int buffers) {
        RxRings current = current();
        if (current != null && current.link == link) {
            current.release(ring, buffers);
        }
    }

    /**
     * The current link, as {@link ReceivedBurst#link} names it. What has been read from a burst of
     * this link before the call was the packet, and not the zeros of a link that has ended.
     *
     * @return 0 while there is none
     */
    public long link() {
        VarHandle.loadLoadFence();
        RxRings current = current();
        return current == null ? 0 : current.link;
    }

    private RxRings current() {
        if (check != null && Thread.currentThread() != user) {
            enter();
        }
        return rings;
    }

    private void enter() {
        if (check != null) {
            user = check.enter();
        }
    }

    private int down() {
        return closed ? CLOSED : 0;
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
     * Waits until packets are there, as the {@link RxMode} says: spins in polling mode; sleeps
     * until the peer signals in interrupt mode; in adaptive mode spins for a tenth of a millisecond
     * and then sleeps. While the link is down it sleeps in any mode. Looks past held packets: what
     * is held does not end a wait, what has come after it does.
     *
     * <p>A virtual thread parks instead of sleeping in a system call, and keeps no carrier; where
     * it spins, it lets others run between two looks, so an interrupt queue suits it best. A socket
     * that the caller drives wakes it inside {@link MemifSocket#doWork}.
     *
     * <p>While asleep it also looks at the ring every few milliseconds ({@link
     * InterfaceConfig.Builder#interruptRecheck}), since peers without a fence on their side can
     * lose a signal. The first sleep takes two descriptors.
     *
     * @param timeoutNs longest wait in nanoseconds; a sleep rounds it up to milliseconds
     * @return whether packets are there; false after the time-out, after {@link #wakeUp}, and at
     *     once when the queue is closed, which {@link #isClosed} and the next {@link #receive} say
     * @throws InterruptedException if the thread is interrupted
     * @throws MemifException if there are no descriptors to sleep on
     */
    public boolean await(long timeoutNs) throws InterruptedException {
        enter();
        return wait.await(timeoutNs);
    }

    /** Ends a wait that is under way, or the next one, at once. From any thread. */
    public void wakeUp() {
        wait.wakeUp();
    }

    /**
     * A descriptor for callers that wait in a poll or epoll of their own. It is readable when the
     * peer has signalled, when the link came up or went down, and after {@link #wakeUp}; it is the
     * same over all links.
     *
     * <p>Use it level-triggered, like this: {@link #arm}; if that answers true, poll until nothing
     * is left and arm again, else wait until the descriptor is readable and begin again. Between
     * peers that publish and look at the mask without a fence a signal can get lost, so let the
     * wait end after some milliseconds at the latest.
     *
     * @return stays the queue's: do not read or close it; closed with the interface
     * @throws MemifException if there are no descriptors left
     */
    public OwnedFd eventDescriptor() {
        return wait.descriptor();
    }

    /**
     * Makes the queue ready for a wait on its {@link #eventDescriptor}: takes what made the
     * descriptor readable, asks the peer to signal, and looks at the ring. To be called by the
     * thread that polls, whatever the {@link RxMode}.
     *
     * @return true if packets are there, or {@link #wakeUp} was called since the last wait: poll
     *     and look around first; false if there is nothing to do, and the descriptor will tell
     * @throws MemifException if there are no descriptors left
     */
    public boolean arm() {
        enter();
        return wait.arm();
    }

    /** Whether packets are waiting; leaves the mask alone. By the queue's thread. */
    boolean hasPackets() {
        RxRings current = current();
        return current != null && current.ready();
    }

    /** By the queue's thread, which was woken: takes what woke it, and asks for no signals. */
    void rise() {
        enter();
        wait.rise();
    }

    /** Asks the peer not to signal any more, as a polling receiver does. */
    public void disarm() {
        enter();
        wait.disarm();
    }

    /**
     * How the queue waits now.
     *
     * @return the mode
     */
    public RxMode rxMode() {
        return wait.mode();
    }

    /**
     * Changes how the queue waits; works while connected, from any thread, and reaches a wait that
     * is under way.
     *
     * @param next from now on, also over reconnects
     */
    public void rxMode(RxMode next) {
        wait.mode(Objects.requireNonNull(next, "mode"));
    }

    /**
     * What happened on the queue, over all connections.
     *
     * @return readable from any thread
     */
    public QueueCounters counters() {
        return counters;
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

    /** The rings of the current link that are this queue's; none while there is no link. */
    List<LinkRing> rings() {
        RxRings attached = wait.attached();
        return attached == null ? List.of() : attached.rings();
    }

    /**
     * A link is up. Ring i of those that are received from belongs to queue i mod {@code queues}.
     *
     * @param queues receive queues of the interface
     */
    void linkUp(Link link, int queues) {
        List<LinkRing> own = new ArrayList<>();
        List<RxEngine> engines = new ArrayList<>();
        for (int i = index; i < link.rx().size(); i += queues) {
            LinkRing ring = link.rx().get(i);
            own.add(ring);
            engines.add(engine(link, ring));
        }
        if (!own.isEmpty()) {
            engines.forEach(RxEngine::begin);
            attach(new RxRings(engines, own));
        }
    }

    private RxEngine engine(Link link, LinkRing ring) {
        return link.role() == Role.MASTER
                ? new MasterRx(ring.ring(), link.table(), counters, link::fail)
                : new SlaveRx(ring.ring(), link.table(), ring.buffers(), counters, link::fail);
    }

    /** The rings of the current link, or null. */
    RxRings attached() {
        return rings;
    }

    void attach(RxRings next) {
        try {
            wait.attach(next);
        } finally {
            // Even if its signals cannot be watched: polling works, and the next wait tries again.
            rings = next;
        }
    }

    void linkDown() {
        detach();
        wait.attach(null);
    }

    void close() {
        closed = true;
        detach();
        wait.close();
    }

    private void detach() {
        rings = null;
    }
}
