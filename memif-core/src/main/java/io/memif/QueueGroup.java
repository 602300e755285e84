package io.memif;

import io.memif.internal.control.VirtualThreads;
import io.memif.unix.OwnedFd;
import io.memif.unix.PollGroup;
import io.memif.unix.PollKey;
import io.memif.unix.UnixException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToIntFunction;

/**
 * Receives from many queues, of any interfaces, with one thread: it waits on all of them at once,
 * and those that have packets get their turns. What a turn costs depends on the queues that are
 * busy, not on those that there are.
 *
 * <pre>{@code
 * try (QueueGroup group = QueueGroup.open()) {
 *     interfaces.forEach(itf -> group.add(itf.rxQueue(0)));
 *     while (running) {
 *         group.serve(queue -> queue.poll(handler, 64), 1_000_000_000L);
 *     }
 * }
 * }</pre>
 *
 * <p>A queue is visited in turn with the others as long as visits take packets from it. When one
 * takes nothing, its {@link RxMode} decides: in interrupt mode it is not visited again before its
 * peer signals; in adaptive mode a tenth of a millisecond later it is the same; in polling mode it
 * is visited in every turn, so that {@link #serve} never waits. A queue that was added, whose link
 * came up or went down, or that was told to {@linkplain RxQueue#wakeUp wake up} is visited once. As
 * peers without a fence on their side can lose a signal, the group also looks at a few of the
 * waiting queues every ten milliseconds, all of them in turn.
 *
 * <p>Everything but {@link #wakeUp} is for one thread at a time, which is the one that uses the
 * queues; queues may be added and removed inside a visit. A queue takes two descriptors in the
 * group, and leaves it when its interface is closed.
 */
public final class QueueGroup implements AutoCloseable {
    private static final long ADAPTIVE_SPIN_NS = 100_000;

    /** While queues are busy, the kernel is asked for others no more often. */
    private static final long LOOK_NS = 20_000;

    private static final long RECHECK_NS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final int RECHECKS = 16;
    private static final int EVENTS = 64;

    /** A virtual thread must not wait in the kernel: it parks, and looks again. */
    private static final long STEP_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private final PollGroup sleepers;
    private final Map<RxQueue, Member> members = new LinkedHashMap<>();

    /** Members whose turn comes, the next one first. */
    private final Deque<Member> busy = new ArrayDeque<>();

    /** All members, the one that has not been looked at for longest first. */
    private final Deque<Member> toRecheck = new ArrayDeque<>();

    private long lookedNs;
    private long recheckedNs;
    private Throwable failure;

    private static final class Member {
        private final RxQueue queue;
        private PollKey key;
        private boolean isBusy;
        private boolean isRemoved;
        private long packetNs;

        Member(RxQueue queue) {
            this.queue = queue;
        }
    }

    private QueueGroup() {
        sleepers = PollGroup.open(e -> failure = e);
        lookedNs = System.nanoTime();
        recheckedNs = lookedNs;
    }

    /**
     * Makes an empty group.
     *
     * @return the caller's to close
     * @throws MemifException if there are no descriptors left
     */
    public static QueueGroup open() {
        try {
            return new QueueGroup();
        } catch (UnixException e) {
            throw new MemifException(MemifException.Code.LIMIT, e.getMessage(), e);
        }
    }

    /**
     * Adds a queue, which only this group waits for from now on: {@link RxQueue#await} and {@link
     * RxQueue#arm} are the group's.
     *
     * @param queue of an interface that is open
     * @return false if it is in the group
     * @throws MemifException if there are no descriptors left, or the interface is closed
     */
    public boolean add(RxQueue queue) {
        if (members.containsKey(queue)) {
            return false;
        }
        Member member = new Member(queue);
        try {
            OwnedFd event = queue.eventDescriptor();
            member.key = sleepers.add(event, PollKey.READ, (key, ready) -> rise(member));
        } catch (UnixException e) {
            throw new MemifException(
                    queue.isClosed() ? MemifException.Code.CLOSED : MemifException.Code.LIMIT,
                    queue + ": " + e.getMessage(),
                    e);
        }
        members.put(queue, member);
        toRecheck.add(member);
        rise(member);
        return true;
    }

    /**
     * Removes a queue, which others may wait for from now on.
     *
     * @param queue not visited any more
     * @return false if it is not in the group
     */
    public boolean remove(RxQueue queue) {
        Member member = members.remove(queue);
        if (member == null) {
            return false;
        }
        member.isRemoved = true;
        member.key.remove();
        busy.remove(member);
        toRecheck.remove(member);
        return true;
    }

    /**
     * How many queues are in the group.
     *
     * @return their number
     */
    public int size() {
        return members.size();
    }

    /**
     * How many queues have a turn in the next {@link #serve}, which does not wait while there are
     * any.
     *
     * @return 0 if the next one would wait
     */
    public int busy() {
        return busy.size();
    }

    /**
     * A descriptor for callers that wait in a poll or epoll of their own: readable when a waiting
     * queue has to be visited. Let the wait end after ten milliseconds at the latest, see above,
     * and do not begin one while {@link #busy} is not 0.
     *
     * @return stays the group's: do not read or close it
     */
    public OwnedFd fd() {
        return sleepers.fd();
    }

    /** Ends a wait that is under way, or the next one, at once. From any thread. */
    public void wakeUp() {
        sleepers.wakeUp();
    }

    /**
     * One turn: waits until a queue has to be visited, and visits each that has to be, once. It may
     * come back early with nothing done.
     *
     * @param visit takes packets from a queue, a bounded number so that the others get their turn,
     *     and answers how many; what it throws leaves this method
     * @param maxWaitNs longest wait in nanoseconds, rounded up to milliseconds; 0 not to wait
     * @return packets taken
     * @throws MemifException if the kernel refuses to wait
     * @throws IllegalStateException after close
     */
    public int serve(ToIntFunction<RxQueue> visit, long maxWaitNs) {
        long now = System.nanoTime();
        if (busy.isEmpty() || now - lookedNs >= LOOK_NS) {
            look(busy.isEmpty() ? maxWaitNs : 0);
            now = System.nanoTime();
            lookedNs = now;
        }
        if (now - recheckedNs >= RECHECK_NS) {
            recheckedNs = now;
            recheck();
        }
        int taken = 0;
        for (int rest = busy.size(); rest > 0 && !busy.isEmpty(); rest--) {
            taken += visit(busy.poll(), visit, now);
        }
        return taken;
    }

    private void look(long maxWaitNs) {
        long wait = Math.min(maxWaitNs, members.isEmpty() ? maxWaitNs : RECHECK_NS);
        if (wait > 0 && VirtualThreads.isCurrent()) {
            if (sleepers.poll(0, EVENTS) == 0) {
                LockSupport.parkNanos(Math.min(wait, STEP_NS));
                sleepers.poll(0, EVENTS);
            }
        } else {
            sleepers.poll(Math.max(0, wait), EVENTS);
        }
        if (failure != null) {
            Throwable cause = failure;
            failure = null;
            throw new MemifException(MemifException.Code.SYSTEM, cause.getMessage(), cause);
        }
    }

    /** A waiting queue gets turns from now on, and its peer need not signal. */
    private void rise(Member member) {
        if (!member.isBusy) {
            member.isBusy = true;
            busy.add(member);
            member.queue.rise();
        }
    }

    private int visit(Member member, ToIntFunction<RxQueue> visit, long now) {
        boolean stays = true;
        try {
            int taken = Math.max(0, visit.applyAsInt(member.queue));
            if (taken > 0) {
                member.packetNs = now;
            } else {
                stays = !hasNothing(member, now);
            }
            return taken;
        } finally {
            member.isBusy = stays;
            if (stays && !member.isRemoved) {
                busy.add(member);
            }
        }
    }

    /** Whether it waits for its peer from now on, or has gone. */
    private boolean hasNothing(Member member, long now) {
        RxQueue queue = member.queue;
        if (queue.isClosed()) {
            remove(queue);
            return true;
        }
        RxMode mode = queue.rxMode();
        boolean spins =
                mode == RxMode.POLLING
                        || mode == RxMode.ADAPTIVE && now - member.packetNs < ADAPTIVE_SPIN_NS;
        if (member.isRemoved || spins) {
            return false;
        }
        if (queue.arm()) {
            queue.disarm();
            return false;
        }
        return true;
    }

    /** Looks at a few queues whose peer's signal may have got lost, or that have been closed. */
    private void recheck() {
        for (int i = Math.min(RECHECKS, toRecheck.size()); i > 0; i--) {
            Member member = toRecheck.poll();
            toRecheck.add(member);
            if (!member.isBusy && (member.queue.isClosed() || member.queue.hasPackets())) {
                rise(member);
            }
        }
    }

    /** How many queues it has, and how many of them are busy. */
    @Override
    public String toString() {
        return "group of " + size() + " receive queues, " + busy() + " of them busy";
    }

    /** Removes all queues, which others may use from now on. Idempotent. */
    @Override
    public void close() {
        sleepers.close();
        members.clear();
        busy.clear();
        toRecheck.clear();
    }
}
