package io.memif.examples.replay;

/** When each packet of a replay is to be sent, in nanoseconds since its start. One thread. */
interface Pace {
    double NS_PER_SECOND = 1e9;

    /**
     * The next packet is asked for.
     *
     * @param passedNs when it passed, in nanoseconds since the first packet of the file
     * @param length bytes that are sent of it
     */
    long dueNs(long passedNs, int length);

    /** As fast as the peer takes packets. */
    static Pace topSpeed() {
        return (passedNs, length) -> 0;
    }

    /** With the gaps that the file has. */
    static Pace realTime() {
        return (passedNs, length) -> passedNs;
    }

    /** This many packets a second. */
    static Pace packets(double perSecond) {
        return new Pace() {
            private long count;

            @Override
            public long dueNs(long passedNs, int length) {
                return (long) (count++ * NS_PER_SECOND / perSecond);
            }
        };
    }

    /** This many bits a second, those of the packets alone. */
    static Pace bits(double perSecond) {
        return new Pace() {
            private long sent;

            @Override
            public long dueNs(long passedNs, int length) {
                long before = sent;
                sent += (long) length * Byte.SIZE;
                return (long) (before * NS_PER_SECOND / perSecond);
            }
        };
    }
}
