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
 * Receives packets on one queue of an interface. The queue stays valid over reconnects.
 *
 * <p>One thread at a time may use it. {@link #rxMode}, {@link #wakeUp}, {@link #eventDescriptor},
 * {@link #isClosed} and {@link #counters} may be called from any thread.
 *
 * <p>No method throws because a link went down: it returns as if the queue were idle. After the
 * interface has been closed it returns {@link #CLOSED}, so a loop can end like this:
 *
 * <pre>{@code
 * ByteBuffer buffer = ByteBuffer.allocate(65_536);
 * int length;
 * while ((length = rx.receive(buffer.clear())) != RxQueue.CLOSED) {
 *     if (length == 0) {
 *         rx.await(1_000_000_000L);
 *     }
 * }
 * }</pre>
 *
 * <p>The slave of a master may bring more rings than the interface has receive queues. Queue {@code
 * i mod n} then receives ring {@code i}, and the rings of a queue take turns: a call takes packets
 * from one ring, in their order, and the next call from another.
 *
 * <p>Buffers that the queue hands out are shared memory. They are big-endian at first, their
 * position is undefined and their limit is the capacity. {@link PacketHandler} says what may be
 * done to them.
 */
public final class RxQueue {
    /** The interface has been closed; no packet will ever come. No negated length is this small. */
    public static final int CLOSED = Integer.MIN_VALUE;

    private final String name;
    private final int index;
    private final QueueCounters counters = new QueueCounters();
    private final RxWait wait;
    private final ThreadCheck check;

    /** The thread that the check let in last. It may be out of date, and is then checked again. */
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
     * @param handler called once for each buffer. An exception that it throws leaves this method,
     *     and the buffers that were not yet handed over stay for the next call
     * @param limit maximum number of buffers to hand over, 1 or more
     * @return number of buffers handed over; 0 if there are none or the link is down; or {@link
     *     #CLOSED}
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
     * Copies the next packet into a buffer. A chain is joined.
     *
     * @param target gets the packet at its position, which moves past it
     * @return length in bytes; 0 if there is no packet or the link is down; the negated length if
     *     {@code target} has too little space, and the packet stays for the next call; or {@link
     *     #CLOSED}
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
     * Copies packets into a buffer, one after the other. Chains are joined.
     *
     * @param target gets the packets from its position on, which moves past them
     * @param lengths gets the length of each packet in bytes
     * @return number of packets copied, limited by the entries of {@code lengths} and the space in
     *     {@code target}; 0 if there are none or the link is down; the negated length of the first
     *     packet if {@code target} has too little space for it; or {@link #CLOSED}
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
     * Takes received buffers and keeps them until {@link #release}. It may be called again while
     * buffers are held, with another burst or the same one, and then takes the buffers after them
     * from the same ring. A ring can hold no more buffers than it has slots. While buffers are
     * held, neither {@link #poll} nor {@link #receive} may be called. A chain is taken whole unless
     * it has more buffers than the burst takes.
     *
     * @param burst emptied and filled; what it held before stays held and goes back with it
     * @return number of buffers taken; 0 if there are none or the link is down; or {@link #CLOSED}
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
     * Gives the buffers of a burst back to the peer and empties the burst. Bursts from one ring go
     * back in the order in which they were filled. Buffers of a link that went down are already
     * gone.
     *
     * @param burst filled by {@link #hold} on this queue
     * @return number of buffers given back; 0 if it holds none, because it has been released or its
     *     link has ended
     * @throws IllegalStateException if buffers that were taken before are still held; nothing is
     *     given back then
     */
    public int release(ReceivedBurst burst) {
        RxRings current = current();
        return current == null ? 0 : current.of(burst).release(burst);
    }

    /**
     * Gives the first buffers that a burst still holds back to the peer. It works like {@link
     * #release(ReceivedBurst)}, but the burst keeps its content.
     *
     * @param burst filled by {@link #hold} on this queue
     * @param buffers number of buffers, 0 or more
     * @return number of buffers given back; 0 if it holds none, because it has been released or its
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
     * The number of the current link, as in {@link ReceivedBurst#link}. If the two are equal, what
     * was read from the burst before this call was the packet, and not the zeros of a link that has
     * ended.
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
     * @return true from then on
     */
    public boolean isClosed() {
        return closed;
    }

    /**
     * Waits until packets are there, as the {@link RxMode} says. In polling mode it spins. In
     * interrupt mode it sleeps until the peer signals. In adaptive mode it spins for a tenth of a
     * millisecond and then sleeps. While the link is down it sleeps in every mode. Held packets do
     * not end a wait; packets that come after them do.
     *
     * <p>A virtual thread parks instead of sleeping in a system call, so it does not pin its
     * carrier. Where it spins, it lets other virtual threads run between two reads of the ring, so
     * interrupt mode suits it best. A caller-driven socket wakes it inside {@link
     * MemifSocket#doWork}.
     *
     * <p>While asleep it also checks the ring every few milliseconds ({@link
     * InterfaceConfig.Builder#interruptRecheck}), because peers without a memory fence can lose a
     * signal. The first sleep takes two descriptors.
     *
     * @param timeoutNs longest wait in nanoseconds; a sleep rounds it up to milliseconds
     * @return true if packets are there; false after the time-out, after {@link #wakeUp}, and at
     *     once when the queue is closed. {@link #isClosed} tells whether it is
     * @throws InterruptedException if the thread is interrupted
     * @throws MemifException if there are no descriptors to sleep on
     */
    public boolean await(long timeoutNs) throws InterruptedException {
        enter();
        return wait.await(timeoutNs);
    }

    /** Ends the current or the next wait at once. From any thread. */
    public void wakeUp() {
        wait.wakeUp();
    }

    /**
     * A descriptor for callers that wait in a poll or epoll loop of their own. It becomes readable
     * when the peer has signalled, when the link came up or went down, and after {@link #wakeUp}.
     * It stays the same over all links.
     *
     * <p>Use it level-triggered. Call {@link #arm}. If it returns true, poll until nothing is left
     * and call it again. Otherwise wait until the descriptor is readable and start over. Peers that
     * publish and read the mask without a memory fence can lose a signal, so let the wait end after
     * some milliseconds.
     *
     * @return the descriptor, which belongs to the queue and is closed with the interface; do not
     *     read or close it
     * @throws MemifException if there are no descriptors left
     */
    public OwnedFd eventDescriptor() {
        return wait.descriptor();
    }

    /** For virtual threads that wait for another descriptor; see {@link QueueGroup}. */
    QueueWaiter.Parking parkingFor(OwnedFd other) {
        return wait.parkingFor(other);
    }

    /**
     * Prepares the queue for a wait on its {@link #eventDescriptor}: takes what made the descriptor
     * readable, asks the peer to signal, and checks the ring. The polling thread calls it, in every
     * {@link RxMode}.
     *
     * @return true if packets are there, or if {@link #wakeUp} was called since the last wait: poll
     *     first; false if there is nothing to do until the descriptor is readable
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

    /** Asks the peer to stop signalling, as a polling receiver does. */
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
     * Changes how the queue waits. It may be called at any time and from any thread, and affects a
     * wait that is under way.
     *
     * @param next the mode from now on, kept over reconnects
     */
    public void rxMode(RxMode next) {
        wait.mode(Objects.requireNonNull(next, "mode"));
    }

    /**
     * What happened on the queue, over all links.
     *
     * @return the counters, which any thread may read
     */
    public QueueCounters counters() {
        return counters;
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
