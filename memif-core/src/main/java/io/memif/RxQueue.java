package io.memif;

import io.memif.internal.control.Link;
import io.memif.internal.control.LinkRing;
import io.memif.internal.control.QueueWaiter;
import io.memif.unix.OwnedFd;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Receives packets on one queue of an interface; the handle stays valid over reconnects.
 *
 * <p>Use it from one thread at a time; {@link #rxMode}, {@link #wakeUp}, {@link #eventDescriptor}
 * and {@link #counters} are for any thread. No method throws because a link went down: it answers
 * like an idle queue.
 */
public final class RxQueue {
    private final int index;
    private final QueueCounters counters = new QueueCounters();
    private final RxWait wait;
    private final ThreadCheck check;

    /** Polls the ring; always null if the calling thread has to be checked first. */
    private volatile RxEngine engine;

    RxQueue(int index, RxMode mode, Supplier<QueueWaiter> waiters, ThreadCheck check) {
        this.index = index;
        this.wait = new RxWait(mode, waiters, counters);
        this.check = check;
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
     * @return buffers handed over; 0 when there are none or the link is down
     */
    public int poll(PacketHandler handler, int limit) {
        RxEngine current = current();
        return current == null ? 0 : current.poll(handler, limit);
    }

    /**
     * Copies the next packet, whole, into a buffer.
     *
     * @param target receives at its position, which moves; chained buffers are joined
     * @return length in bytes; 0 when there is none or the link is down; the negated length if
     *     {@code target} has less room, and the packet stays for the next call
     */
    public int receive(ByteBuffer target) {
        RxEngine current = current();
        return current == null ? 0 : current.receive(target);
    }

    /**
     * Copies packets, whole, one after the other into a buffer.
     *
     * @param target receives from its position on, which moves
     * @param lengths gets the length of each packet
     * @return packets copied, at most as many as {@code lengths} has entries or {@code target} has
     *     room for; 0 when there are none or the link is down; the negated length if {@code target}
     *     has no room even for the first
     */
    public int receive(ByteBuffer target, int[] lengths) {
        RxEngine current = current();
        return current == null ? 0 : current.receive(target, lengths);
    }

    /**
     * Takes received buffers and keeps them until {@link #release}. While buffers are held neither
     * {@link #poll} nor {@link #receive} may be called.
     *
     * @param burst is cleared and filled
     * @return buffers taken; 0 when there are none or the link is down
     */
    public int hold(ReceivedBurst burst) {
        RxEngine current = current();
        return current == null ? 0 : current.hold(burst);
    }

    /**
     * Gives held buffers back to the peer, oldest first. Buffers of a link that went down are gone
     * already, and releasing them does nothing; but once buffers of the next link are held, do not
     * count the old ones any more, or use {@link #release(long, int)}.
     *
     * @param buffers how many
     */
    public void release(int buffers) {
        RxEngine current = current();
        if (current != null) {
            current.release(Math.min(buffers, current.held()));
        }
    }

    /**
     * As {@link #release(int)}, but does nothing if the buffers' link is not the current one any
     * more.
     *
     * @param link that {@link ReceivedBurst#link} named when they were taken
     * @param buffers how many
     */
    public void release(long link, int buffers) {
        RxEngine current = current();
        if (current != null && current.serial() == link) {
            current.release(buffers);
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
        RxEngine current = current();
        return current == null ? 0 : current.serial();
    }

    private RxEngine current() {
        RxEngine current = engine;
        return current != null || check == null ? current : checked();
    }

    private RxEngine checked() {
        check.enter();
        RxWait.Attached attached = wait.attached();
        return attached == null ? null : attached.engine();
    }

    private void checkThread() {
        if (check != null) {
            check.enter();
        }
    }

    /**
     * Waits until packets are there, as the {@link RxMode} says: spins in polling mode; sleeps
     * until the peer signals in interrupt mode; in adaptive mode spins for a tenth of a millisecond
     * and then sleeps. While the link is down it sleeps in any mode.
     *
     * <p>While asleep it also looks at the ring every few milliseconds ({@link
     * InterfaceConfig.Builder#interruptRecheck}), since peers without a fence on their side can
     * lose a signal. The first sleep takes two descriptors.
     *
     * @param timeoutNs longest wait in nanoseconds; a sleep rounds it up to milliseconds
     * @return whether packets are there; false after the time-out, {@link #wakeUp} or a close
     * @throws InterruptedException if the thread is interrupted
     * @throws MemifException if there are no descriptors to sleep on
     */
    public boolean await(long timeoutNs) throws InterruptedException {
        checkThread();
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
        checkThread();
        return wait.arm();
    }

    /** Asks the peer not to signal any more, as a polling receiver does. */
    public void disarm() {
        checkThread();
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
     * InterfaceConfig.Builder#checkThreads} is on; the two threads have to agree on the moment.
     */
    public void handOver() {
        if (check != null) {
            check.handOver();
        }
    }

    /** The ring of the current link, or null. */
    LinkRing ring() {
        RxWait.Attached attached = wait.attached();
        return attached == null ? null : attached.ring();
    }

    /** A link is up that has this queue. */
    void linkUp(Link link) {
        LinkRing ring = link.rx().get(index);
        if (link.role() == Role.MASTER) {
            attach(new MasterRx(ring.ring(), link.table(), counters, link::fail), ring);
        } else {
            SlaveRx slave =
                    new SlaveRx(ring.ring(), link.table(), ring.posted(), counters, link::fail);
            slave.postAll();
            attach(slave, ring);
        }
    }

    void attach(RxEngine next, LinkRing ring) {
        try {
            wait.attach(new RxWait.Attached(next, ring));
        } finally {
            // Even if its signals cannot be watched: polling works, and the next wait tries again.
            engine = check == null ? next : null;
        }
    }

    void linkDown() {
        engine = null;
        wait.attach(null);
    }

    void close() {
        engine = null;
        wait.close();
    }
}
