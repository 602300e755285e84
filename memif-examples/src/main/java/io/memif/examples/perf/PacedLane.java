package io.memif.examples.perf;

import io.memif.QueueCounters;
import io.memif.TxQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends at a steady rate, whether the peer takes the packets or not: what finds the ring full stays
 * due, or is dropped, as the load says.
 */
final class PacedLane extends Lane {
    private final TxQueue tx;
    private final PacketWriter writer;

    /** Packets longer than a buffer are chained, which only an offer does. */
    private boolean chained;

    private volatile Load load;

    PacedLane(TxQueue tx, PacketWriter writer) {
        this.tx = tx;
        this.writer = writer;
    }

    /** What to send. Made by one thread, used by the lane's, and read by others once it is over. */
    static final class Load {
        private final Pace pace;
        private final long packets;
        private final boolean dropsRefused;
        private final long longestNs;
        private final int run;
        private long begunAt;
        private long lastAt;
        private long tried;
        private long refused;
        private boolean hasBegun;
        private volatile boolean isOver;

        /** Packets without end; those that find the ring full stay due. */
        static Load endless(Pace pace) {
            return new Load(pace, Long.MAX_VALUE, false, Long.MAX_VALUE, 0);
        }

        /**
         * A number of packets, each of which is tried once.
         *
         * @param pace of them
         * @param packets how many
         * @param longestNs after which the rest is left unsent
         * @param run that the packets carry
         */
        static Load of(Pace pace, long packets, long longestNs, int run) {
            return new Load(pace, packets, true, longestNs, run);
        }

        private Load(Pace pace, long packets, boolean dropsRefused, long longestNs, int run) {
            this.pace = pace;
            this.packets = packets;
            this.dropsRefused = dropsRefused;
            this.longestNs = longestNs;
            this.run = run;
        }

        private void begin(long now) {
            hasBegun = true;
            begunAt = now;
            lastAt = now;
            pace.begin(now);
        }

        private void pass(int due, int sent, long now) {
            int passed = dropsRefused ? due : sent;
            pace.pass(passed);
            tried += passed;
            refused += due - sent;
            lastAt = now;
            endLate(now);
        }

        private void endLate(long now) {
            if (tried >= packets || now - begunAt > longestNs) {
                isOver = true;
            }
        }

        /** Whether all packets were tried, or there is no time left. */
        boolean isOver() {
            return isOver;
        }

        /** Packets that were due. */
        long tried() {
            return tried;
        }

        /** Of these, packets that found the ring full. */
        long refused() {
            return refused;
        }

        /** Packets that there was no time for. */
        long unsent() {
            return packets - tried;
        }

        /** From the first to the last lot, in nanoseconds. */
        long passedNs() {
            return lastAt - begunAt;
        }
    }

    /** Sends this load from now on. From any thread. */
    void send(Load next) {
        load = next;
    }

    @Override
    int turn() {
        Load now = load;
        return now == null || now.isOver ? 0 : turn(now);
    }

    private int turn(Load current) {
        long now = System.nanoTime();
        if (!current.hasBegun) {
            writer.begin(current.run);
            current.begin(now);
        }
        int due = (int) Math.min(current.pace.due(now), current.packets - current.tried);
        if (due == 0) {
            current.endLate(now);
            return 0;
        }
        writer.time(current.pace.dueNs(due));
        int sent = chained ? offer(due) : tx.fill(writer, writer.length(), due);
        tx.flush();
        if (sent == TxQueue.TOO_LONG) {
            if (chained) {
                throw new IllegalStateException(
                        "a packet of " + writer.length() + " bytes does not fit into the ring");
            }
            chained = true;
            return 0;
        }
        current.pass(due, Math.max(sent, 0), now);
        return Math.max(sent, 0);
    }

    private int offer(int due) {
        for (int i = 0; i < due; i++) {
            int code = tx.offer(writer.whole(), 0, writer.wholeLength());
            if (code < 0) {
                return i > 0 ? i : code;
            }
            writer.sent();
        }
        return due;
    }

    /** Nothing tells a sender that the ring has space again, but its clock when packets are due. */
    @Override
    void await(long timeoutNs) {
        Load now = load;
        if (now == null || now.isOver) {
            LockSupport.parkNanos(timeoutNs);
        } else if (now.hasBegun) {
            LockSupport.parkNanos(Math.min(timeoutNs, now.pace.waitNs(System.nanoTime())));
        }
    }

    @Override
    void wakeUp() {
        // It sleeps until packets are due, and never for long.
    }

    @Override
    QueueCounters counters() {
        return tx.counters();
    }
}
