package io.memif.examples.live;

/**
 * Makes a position that never wraps of a 16-bit index that is looked at now and then. When a look
 * comes so late that the index may have gone round since the last one, the position is at least
 * what it says, and {@link #mayHaveWrapped} tells.
 *
 * <p>What is possible in a gap is judged by what was seen before: four times the fastest
 * millisecond so far, and two million slots a second at least. An index that stands where it stood
 * is taken for one that has not moved.
 */
final class SlotCounter {
    private static final int WRAP = 0xffff;
    private static final long WINDOW_NS = 1_000_000;
    private static final double SLOWEST_PER_NS = 2e-3;
    private static final int CAUTION = 4;

    private long position;
    private long lastNs;
    private long windowStart;
    private long windowPosition;
    private double fastestPerNs = SLOWEST_PER_NS;
    private boolean wrapped;

    SlotCounter(int index, long nowNs) {
        position = index;
        restart(nowNs);
    }

    private void restart(long nowNs) {
        lastNs = nowNs;
        windowStart = nowNs;
        windowPosition = position;
    }

    /**
     * Takes a look into account.
     *
     * @param index 16 bits, as it is now
     * @param nowNs a time not earlier than the look before, nanoseconds
     * @return the position
     */
    long look(int index, long nowNs) {
        long before = position;
        position = at(index);
        long gap = nowNs - lastNs;
        if (position != before && gap * fastestPerNs > WRAP) {
            wrapped = true;
            restart(nowNs);
            return position;
        }
        lastNs = nowNs;
        long window = nowNs - windowStart;
        if (window >= WINDOW_NS) {
            double rate = (double) (position - windowPosition) / window;
            fastestPerNs = Math.max(fastestPerNs, CAUTION * rate);
            restart(nowNs);
        }
        return position;
    }

    /** The position of an index that has not gone back, without taking the look into account. */
    long at(int index) {
        return position + (index - (int) position & WRAP);
    }

    long position() {
        return position;
    }

    /** Whether slots may have passed that nobody saw, since this was asked for the last time. */
    boolean mayHaveWrapped() {
        boolean answer = wrapped;
        wrapped = false;
        return answer;
    }
}
