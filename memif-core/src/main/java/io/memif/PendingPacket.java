package io.memif;

import io.memif.internal.memory.Padded;
import java.util.Arrays;

/**
 * A packet whose descriptors a receive engine has read and checked, and which it has not handed
 * over to its end. What is handed over is this copy, whatever the peer does to the ring meanwhile.
 * One thread at a time.
 */
final class PendingPacket extends Padded {
    /** Buffers that there is memory for from the start. */
    private static final int USUAL_PARTS = 16;

    private int[] picks = new int[USUAL_PARTS];
    private int[] positions = new int[USUAL_PARTS];
    private int[] lengths = new int[USUAL_PARTS];

    /** Buffers added. */
    private int read;

    /** The same once the packet is complete, else 0. */
    private int parts;

    /** Buffers that have been handed over. */
    private int done;

    private long bytesDone;

    /** Forgets everything. */
    void clear() {
        read = 0;
        parts = 0;
        done = 0;
        bytesDone = 0;
    }

    /** One more buffer, which is checked. */
    void add(int pick, int position, int length) {
        if (read == picks.length) {
            picks = Arrays.copyOf(picks, 2 * read);
            positions = Arrays.copyOf(positions, 2 * read);
            lengths = Arrays.copyOf(lengths, 2 * read);
        }
        picks[read] = pick;
        positions[read] = position;
        lengths[read] = length;
        read++;
    }

    /** All its buffers have been added: now it is pending. */
    void complete() {
        parts = read;
    }

    boolean isPending() {
        return done < parts;
    }

    /** Whether its beginning has been handed over. */
    boolean isBegun() {
        return done > 0;
    }

    /** Buffers to come. */
    int rest() {
        return parts - done;
    }

    /** Bytes to come. */
    int restLength() {
        int total = 0;
        for (int part = done; part < parts; part++) {
            total += lengths[part];
        }
        return total;
    }

    /** Buffers handed over of a packet that is not complete. */
    int openBuffers() {
        return isPending() ? done : 0;
    }

    /** Bytes in {@link #openBuffers}. */
    long openBytes() {
        return isPending() ? bytesDone : 0;
    }

    /** Window of the next buffer. */
    int pick() {
        return picks[done];
    }

    /** Position of the next buffer in its window. */
    int position() {
        return positions[done];
    }

    /** Length of the next buffer. */
    int length() {
        return lengths[done];
    }

    /** What a {@link PacketHandler} is told about the next buffer. */
    int flags() {
        int flag = done + 1 < parts ? PacketHandler.NEXT : 0;
        return done > 0 ? flag | PacketHandler.CONTINUATION : flag;
    }

    /** The next buffer has been handed over. */
    void pass() {
        bytesDone += lengths[done++];
    }
}
