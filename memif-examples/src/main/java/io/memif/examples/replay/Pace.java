package io.memif.examples.replay;

import io.memif.examples.pcap.CapturedPacket;

/** When each packet of a replay is to be sent, in nanoseconds since its start. One thread. */
abstract class Pace {
    private static final double NS_PER_SECOND = 1e9;
    private static final int BITS = 8;

    /**
     * The next packet is asked for.
     *
     * @param packet of the file
     * @param length bytes that are sent of it
     * @param report counts times that are no use
     */
    abstract long dueNs(CapturedPacket packet, int length, ReplayReport report);

    /** The file begins again. */
    void again() {}

    /** As fast as the peer takes them. */
    static Pace topSpeed() {
        return new Pace() {
            @Override
            long dueNs(CapturedPacket packet, int length, ReplayReport report) {
                return 0;
            }
        };
    }

    /** So many packets a second. */
    static Pace packets(double perSecond) {
        return new Pace() {
            private long count;

            @Override
            long dueNs(CapturedPacket packet, int length, ReplayReport report) {
                return (long) (count++ * NS_PER_SECOND / perSecond);
            }
        };
    }

    /** So many bits a second, those of the packets alone. */
    static Pace bits(double perSecond) {
        return new Pace() {
            private long sent;

            @Override
            long dueNs(CapturedPacket packet, int length, ReplayReport report) {
                long before = sent;
                sent += (long) length * BITS;
                return (long) (before * NS_PER_SECOND / perSecond);
            }
        };
    }

    /** With the gaps that the file has. */
    static Pace realTime() {
        return new RealTime();
    }

    private static final class RealTime extends Pace {
        private boolean begun;
        private long latestNs;
        private long dueNs;

        @Override
        long dueNs(CapturedPacket packet, int length, ReplayReport report) {
            if (!packet.isTimed()) {
                report.count(Trait.UNTIMED);
            } else if (!begun) {
                begun = true;
                latestNs = packet.timeNs();
            } else if (packet.timeNs() < latestNs) {
                report.count(Trait.BACKWARDS);
            } else {
                dueNs += packet.timeNs() - latestNs;
                latestNs = packet.timeNs();
            }
            return dueNs;
        }

        @Override
        void again() {
            begun = false;
        }
    }
}
