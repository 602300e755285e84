package io.memif.examples.perf;

import java.nio.ByteBuffer;

/**
 * What a packet carries so that its receiver can tell which it is and whether it is whole: a word
 * with queue and sequence number, a checksum, and content that follows from the first.
 *
 * <pre>
 * bytes 0-7   queue in the top 8 bits, sequence number in the other 56
 * bytes 8-15  checksum of all the rest
 * bytes 16-   content, different in each packet
 * </pre>
 *
 * <p>It follows the protocol headers, which bridges and routers may change; a packet too short for
 * both is all stamp.
 */
final class Stamp {
    /** Bytes of the shortest stamp, without content. */
    static final int MIN_LENGTH = 16;

    private static final int CHECKSUM = 8;
    private static final int QUEUE_SHIFT = 56;
    private static final long STEP = 0x9e3779b97f4a7c15L;
    private static final long PRIME = 0xff51afd7ed558ccdL;

    private Stamp() {}

    /** Where in a packet the stamp starts. */
    static int start(int header, int length) {
        return length >= header + MIN_LENGTH ? header : 0;
    }

    static long word(int queue, long sequence) {
        return (long) queue << QUEUE_SHIFT | sequence;
    }

    static int queue(long word) {
        return (int) (word >>> QUEUE_SHIFT);
    }

    static long sequence(long word) {
        return word & (1L << QUEUE_SHIFT) - 1;
    }

    static void write(ByteBuffer buffer, int at, int length, long word) {
        Words.put(buffer, at, word);
        int end = at + length;
        int i = at + MIN_LENGTH;
        long content = word * PRIME;
        while (i <= end - Long.BYTES) {
            content += STEP;
            Words.put(buffer, i, content);
            i += Long.BYTES;
        }
        while (i < end) {
            content += STEP;
            buffer.put(i, (byte) (content >>> QUEUE_SHIFT));
            i++;
        }
        Words.put(buffer, at + CHECKSUM, checksum(buffer, at, length));
    }

    static long word(ByteBuffer buffer, int at) {
        return Words.get(buffer, at);
    }

    static boolean isIntact(ByteBuffer buffer, int at, int length) {
        return length >= MIN_LENGTH
                && Words.get(buffer, at + CHECKSUM) == checksum(buffer, at, length);
    }

    private static long checksum(ByteBuffer buffer, int at, int length) {
        long sum = mix(length, Words.get(buffer, at));
        int end = at + length;
        int i = at + MIN_LENGTH;
        while (i <= end - Long.BYTES) {
            sum = mix(sum, Words.get(buffer, i));
            i += Long.BYTES;
        }
        while (i < end) {
            sum = mix(sum, buffer.get(i) & 0xff);
            i++;
        }
        return sum;
    }

    /** The order of the words counts, and no word can hide another. */
    private static long mix(long sum, long word) {
        long mixed = (sum ^ word) * PRIME;
        return mixed ^ mixed >>> 32;
    }
}
