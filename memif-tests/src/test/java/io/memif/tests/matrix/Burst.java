package io.memif.tests.matrix;

import java.util.Random;

/** Packets to send one after the other, and how far both sides are. */
final class Burst {
    private final long first;
    private final int[] lengths;
    int sent;
    int received;

    /**
     * Packets of given lengths.
     *
     * @param first sequence number
     * @param lengths in bytes
     */
    Burst(long first, int[] lengths) {
        this.first = first;
        this.lengths = lengths;
    }

    /**
     * Lengths around everything that matters: short ones, a buffer more or less one byte, chains,
     * the longest chain.
     *
     * @param random source
     * @param count packets
     * @param capacity bytes of a buffer
     * @param longest packet in bytes
     */
    static int[] lengths(Random random, int count, int capacity, int longest) {
        int[] lengths = new int[count];
        for (int i = 0; i < count; i++) {
            int kind = random.nextInt(256);
            int wanted;
            if (kind < 128) {
                wanted = 1 + random.nextInt(Math.min(capacity, 128));
            } else if (kind < 200) {
                wanted = 1 + random.nextInt(Math.min(capacity, 2048));
            } else if (kind < 224) {
                wanted = capacity + random.nextInt(3) - 1;
            } else if (kind < 252) {
                wanted = 1 + random.nextInt(Math.min(4 * capacity, longest));
            } else {
                wanted = kind == 255 ? longest : 1 + random.nextInt(longest);
            }
            lengths[i] = Math.max(1, Math.min(wanted, longest));
        }
        return lengths;
    }

    int count() {
        return lengths.length;
    }

    long sequence(int i) {
        return first + i;
    }

    int at(int i) {
        return RandomPackets.at(sequence(i));
    }

    int length(int i) {
        return lengths[i];
    }
}
