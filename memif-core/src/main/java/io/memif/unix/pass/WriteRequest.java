package io.memif.unix.pass;

import io.memif.internal.posix.GatherArena;
import io.memif.internal.posix.MemoryCalls;
import java.nio.ByteBuffer;

/**
 * Bytes in up to {@value GatheredWriter#MAX_PARTS} buffers that a {@link GatheredWriter} sends as
 * they lie. A request is created once and can be queued again and again without allocation. Only
 * the thread that polls may use it. While it is queued, nobody may change the buffers' contents.
 */
public final class WriteRequest {
    WriteRequest next;

    private final WriteCompletion completion;
    private final ByteBuffer[] parts;
    private final long[] addresses;
    private final int[] offsets;
    private final int[] lengths;
    private boolean queued;
    private int firstPart;
    private int remaining;
    private int total;

    /**
     * Creates a request.
     *
     * @param completion told when it is done
     * @param parts direct buffers; what is sent lies between each one's position and limit at the
     *     time of queueing, neither of which is moved
     * @throws IllegalArgumentException if there are too many, or one is not direct
     */
    public WriteRequest(WriteCompletion completion, ByteBuffer... parts) {
        if (parts.length == 0 || parts.length > GatheredWriter.MAX_PARTS) {
            throw new IllegalArgumentException("parts=" + parts.length);
        }
        this.completion = completion;
        this.parts = parts.clone();
        this.addresses = new long[parts.length];
        this.offsets = new int[parts.length];
        this.lengths = new int[parts.length];
        for (int i = 0; i < parts.length; i++) {
            addresses[i] = MemoryCalls.address(parts[i]);
        }
    }

    /**
     * A buffer of this request.
     *
     * @param index from 0
     * @return the buffer given at construction
     */
    public ByteBuffer part(int index) {
        return parts[index];
    }

    /**
     * Whether the request waits to be sent.
     *
     * @return true from queueing to completion
     */
    public boolean isQueued() {
        return queued;
    }

    /** How many buffers it has, and what has not been sent of them. */
    @Override
    public String toString() {
        String state = queued ? remaining + " of " + total + " bytes to send" : "not queued";
        return "write request of " + parts.length + " buffers, " + state;
    }

    void begin() {
        if (queued) {
            throw new IllegalStateException("the request is already queued");
        }
        long bytes = 0;
        for (int i = 0; i < parts.length; i++) {
            offsets[i] = parts[i].position();
            lengths[i] = parts[i].remaining();
            bytes += lengths[i];
        }
        total = Math.toIntExact(bytes);
        remaining = total;
        firstPart = 0;
        queued = true;
    }

    int remaining() {
        return remaining;
    }

    boolean isSentInPart() {
        return remaining < total;
    }

    /** Adds what is left to a message, as far as there is space. */
    void gather(GatherArena into) {
        for (int i = firstPart; i < parts.length && into.parts() < into.capacity(); i++) {
            if (lengths[i] > 0) {
                into.addPart(addresses[i] + offsets[i], lengths[i]);
            }
        }
    }

    /** Counts bytes as sent, at most what remains, and returns how many it took. */
    int advance(int bytes) {
        int taken = Math.min(bytes, remaining);
        int left = taken;
        while (left > 0) {
            int step = Math.min(left, lengths[firstPart]);
            offsets[firstPart] += step;
            lengths[firstPart] -= step;
            left -= step;
            if (lengths[firstPart] == 0) {
                firstPart++;
            }
        }
        remaining -= taken;
        return taken;
    }

    void complete(int error) {
        queued = false;
        completion.onComplete(this, error < 0 ? error : total);
    }
}
