package io.memif.examples.pcap;

/**
 * What an interface of a pcapng file counts time in.
 *
 * @param resolution as the file has it: the exponent of ten, negated, or with the highest of eight
 *     bits set that of two
 * @param offsetSeconds to be added
 */
record TimeUnits(int resolution, long offsetSeconds) {
    /** What counts where nothing is said. */
    static final int MICROSECONDS = 6;

    private static final int POWER_OF_TWO = 0x80;
    private static final int NANOSECONDS = 9;
    private static final long NS_PER_SECOND = 1_000_000_000;

    /** A fraction of a second with as many bits can be multiplied by 10^9 within 64. */
    private static final int MOST_BITS = 34;

    /** Nanoseconds since 1970; what is finer is left out. */
    long toNs(long ticks) {
        long offset = offsetSeconds * NS_PER_SECOND;
        int exponent = resolution & POWER_OF_TWO - 1;
        boolean isBinary = (resolution & POWER_OF_TWO) != 0;
        return offset + (isBinary ? binary(ticks, exponent) : decimal(ticks, exponent));
    }

    private static long binary(long ticks, int exponent) {
        long seconds = exponent < Long.SIZE ? ticks >>> exponent : 0;
        long fraction = exponent < Long.SIZE ? ticks - (seconds << exponent) : ticks;
        int bits = exponent;
        if (bits > MOST_BITS) {
            int finer = bits - MOST_BITS;
            fraction = finer < Long.SIZE ? fraction >>> finer : 0;
            bits = MOST_BITS;
        }
        return seconds * NS_PER_SECOND + (fraction * NS_PER_SECOND >>> bits);
    }

    private static long decimal(long ticks, int exponent) {
        long result = ticks;
        for (int i = exponent; i < NANOSECONDS; i++) {
            result *= 10;
        }
        for (int i = NANOSECONDS; i < exponent && result != 0; i++) {
            result = Long.divideUnsigned(result, 10);
        }
        return result;
    }
}
