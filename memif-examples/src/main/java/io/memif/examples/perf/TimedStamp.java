package io.memif.examples.perf;

import java.nio.ByteBuffer;

/**
 * What a packet carries so that its receiver can tell which it is and how long it was under way.
 * The time is that of {@link System#nanoTime}, which all processes of a machine share.
 *
 * <pre>
 * bytes 0-7   a mark in the top 16 bits, queue in the next 8, sequence number in the other 40
 * bytes 8-15  run in the top 16 bits, the lowest 48 bits of the time in nanoseconds
 * </pre>
 */
final class TimedStamp {
    static final int LENGTH = 16;

    private static final int SECOND = 8;
    private static final int SEQUENCE_BITS = 40;
    private static final int MARK_SHIFT = 48;
    private static final int TIME_BITS = 48;
    private static final int BYTE = 0xff;
    private static final long MARK = 0x6d66L;
    private static final long SEQUENCE_MASK = (1L << SEQUENCE_BITS) - 1;

    private TimedStamp() {}

    static void write(ByteBuffer buffer, int at, int queue, long sequence, int run, long timeNs) {
        Words.put(buffer, at, firstWord(queue, sequence));
        Words.put(buffer, at + SECOND, secondWord(run, timeNs));
    }

    static long firstWord(int queue, long sequence) {
        return MARK << MARK_SHIFT | (long) queue << SEQUENCE_BITS | sequence & SEQUENCE_MASK;
    }

    static long secondWord(int run, long timeNs) {
        return (long) run << TIME_BITS | timeNs & (1L << TIME_BITS) - 1;
    }

    /** Which packet it is: its queue and sequence number. */
    static long first(ByteBuffer buffer, int at) {
        return Words.get(buffer, at);
    }

    /** When it was sent, and in which run. */
    static long second(ByteBuffer buffer, int at) {
        return Words.get(buffer, at + SECOND);
    }

    static boolean isMarked(long first) {
        return first >>> MARK_SHIFT == MARK;
    }

    static int queue(long first) {
        return (int) (first >>> SEQUENCE_BITS) & BYTE;
    }

    static long sequence(long first) {
        return first & SEQUENCE_MASK;
    }

    static int run(long second) {
        return (int) (second >>> TIME_BITS);
    }

    /** Nanoseconds since it was sent; 0 if clocks that are read on two processors say less. */
    static long ageNs(long second, long now) {
        long age = (now - second) << Long.SIZE - TIME_BITS >> Long.SIZE - TIME_BITS;
        return Math.max(0, age);
    }
}
