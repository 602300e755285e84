package io.memif;

import io.memif.memory.SealPolicy;
import io.memif.ring.RingLayout;
import java.util.Objects;

/**
 * The part of an interface's configuration that says what its memory looks like.
 *
 * @param <B> the builder
 */
abstract class MemoryOptions<B extends MemoryOptions<B>> implements Cloneable {
    int minRingSize = 1;
    int ringSize = 1024;
    int bufferSize = 2048;
    int headroom;
    int cacheLine = RingLayout.DEFAULT_CACHE_LINE;
    SealPolicy sealPolicy = SealPolicy.SEALED_RINGS;

    MemoryOptions() {}

    abstract B self();

    /** What is set now; all values are immutable or never changed in place. */
    @SuppressWarnings("unchecked")
    final B copy() {
        try {
            return (B) clone();
        } catch (CloneNotSupportedException e) {
            throw new AssertionError(e);
        }
    }

    /**
     * Slots of a ring, as slave; default 1024. The master may offer less.
     *
     * @param value a power of two, 2 to 16384
     * @return this builder
     */
    public B ringSize(int value) {
        ringSize = value;
        return self();
    }

    /**
     * Fewest slots that we settle for; default 1.
     *
     * @param value 1 to 16384
     * @return this builder
     */
    public B minRingSize(int value) {
        minRingSize = value;
        return self();
    }

    /**
     * Bytes of a buffer, headroom included, as slave; default 2048. Longer packets are chained.
     *
     * @param value 64 to 65535
     * @return this builder
     */
    public B bufferSize(int value) {
        bufferSize = value;
        return self();
    }

    /**
     * Bytes kept free before each received packet, as slave; default 0.
     *
     * @param value less than the buffer size
     * @return this builder
     */
    public B headroom(int value) {
        headroom = value;
        return self();
    }

    /**
     * Cache-line size that the peer was built with; default 64. It is not negotiated: with the
     * wrong one the link comes up and no packet moves.
     *
     * @param value 64 or 128
     * @return this builder
     */
    public B cacheLine(int value) {
        cacheLine = value;
        return self();
    }

    /**
     * Which of a slave's regions must be sealed, as master; default those with rings.
     *
     * @param value see there
     * @return this builder
     */
    public B sealPolicy(SealPolicy value) {
        sealPolicy = Objects.requireNonNull(value, "sealPolicy");
        return self();
    }
}
