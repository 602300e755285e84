package io.memif;

import io.memif.internal.control.QueueWaiter;
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
 * Receives from many queues of any interfaces with one thread. The group waits for all its queues
 * at once and visits those that have packets, in turns. The cost of a turn depends on the number of
 * busy queues, not on the size of the group.
 *
 * <pre>{@code
 * try (QueueGroup group = QueueGroup.open()) {
 *     socket.interfaces().forEach(each -> group.add(each.rxQueue(0)));
 *     while (!socket.isClosed()) {
 *         group.serve(queue -> queue.poll(handler, 64), 1_000_000_000L);
 *     }
 * }
 * }</pre>
 *
 * <p>A queue is visited as long as visits take packets from it. When a visit takes nothing, the
 * queue's {@link RxMode} decides:
 *
 * <ul>
 *   <li>In interrupt mode the queue is not visited again until its peer signals.
 *   <li>In adaptive mode the same holds a tenth of a millisecond after its last packet.
 *   <li>In polling mode it is visited in every turn, so {@link #serve} never waits.
 * </ul>
 *
 * <p>A queue is also visited once after it was added, after its link came up or went down, and
 * after {@link RxQueue#wakeUp}. Peers without a memory fence can lose a signal, so the group also
 * checks a few of the waiting queues every ten milliseconds.
 *
 * <p>One thread at a time may use the group and its queues; {@link #wakeUp} may be called from any
 * thread. The thread may be virtual: it parks, and the control thread of one of its queues wakes
 * it. Queues may be added and removed inside a visit. A queue takes two descriptors in the group
 * and leaves it when its interface is closed.
 */
public final class QueueGroup implements AutoCloseable {
    private static final long ADAPTIVE_SPIN_NS = 100_000;

    /** While queues are busy, the kernel is asked for others no more often. */
    private static final long LOOK_NS = 20_000;

    private static final long RECHECK_NS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final int RECHECKS = 16;
    private static final int EVENTS = 64;

    /** Without members nobody can wake a virtual thread, so it looks again this often. */
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

    /** Where a virtual thread parks: the reactor of one member's interface wakes it. */
    private QueueWaiter.Parking parking;

    private Member wakes;

    private static final class Member {
        private final RxQueue queue;
        private PollKey key;
        private boolean isBusy;
        private boolean isRemoved;
        private boolean isUsed;
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
     * Creates an empty group.
     *
     * @return the group, to be closed by the caller
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
     * Adds a queue. From now on only this group may wait for it: do not call {@link RxQueue#await}
     * or {@link RxQueue#arm}.
     *
     * @param queue of an open interface
     * @return false if it is already in the group
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
        busy.add(member);
        member.isBusy = true;
        return true;
    }

    /**
     * Removes a queue. Others may wait for it from now on.
     *
     * @param queue no longer visited
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
     * Number of queues in the group.
     *
     * @return 0 or more
     */
    public int size() {
        return members.size();
    }

    /**
     * Number of queues that the next {@link #serve} will visit. It does not wait while there are
     * any.
     *
     * @return 0 if the next call would wait
     */
    public int busy() {
        return busy.size();
    }

    /**
     * A descriptor for callers that wait in a poll or epoll loop of their own. It becomes readable
     * when a waiting queue has to be visited. Let the wait end after ten milliseconds, and do not
     * wait while {@link #busy} is not 0.
     *
     * @return the descriptor, which belongs to the group; do not read or close it
     */
    public OwnedFd fd() {
        return sleepers.fd();
    }

    /** Ends the current or the next wait at once. From any thread. */
    public void wakeUp() {
        sleepers.wakeUp();
    }

    /**
     * One turn: waits until a queue has to be visited, then visits each such queue once. It may
     * return early without having done anything.
     *
     * @param visit takes packets from a queue and returns how many. It should take a bounded
     *     number, so that the other queues get their turns. An exception that it throws leaves this
     *     method
     * @param maxWaitNs longest wait in nanoseconds, rounded up to milliseconds; 0 for no wait
     * @return number of packets taken
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
                park(wait);
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

    /** In the kernel, a virtual thread would keep its carrier. */
    private void park(long wait) {
        if (wakes == null || wakes.isRemoved || wakes.queue.isClosed()) {
            unpark();
            wakes =
                    members.values().stream()
                            .filter(member -> !member.queue.isClosed())
                            .findFirst()
                            .orElse(null);
            parking = wakes == null ? null : wakes.queue.parkingFor(sleepers.fd());
        }
        if (parking == null) {
            LockSupport.parkNanos(this, Math.min(wait, STEP_NS));
        } else {
            parking.park(wait);
        }
    }

    private void unpark() {
        if (parking != null) {
            parking.close();
        }
        parking = null;
        wakes = null;
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
            if (!member.isUsed) {
                // Not when it was added: another thread than this may have done that.
                member.isUsed = true;
                member.queue.rise();
            }
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

    /**
     * Checks a few queues, whose peer's signal may have got lost, or which may have been closed.
     */
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
        unpark();
        sleepers.close();
        members.clear();
        busy.clear();
        toRecheck.clear();
    }
}
