package io.memif;

import io.memif.internal.memory.RingLayout;
import java.util.ArrayList;
import java.util.List;
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
    boolean hugepages;
    boolean prefault;
    boolean payloadRead = true;
    List<MemifRegion> regions = List.of();
    MemifRegion bufferRegion;
    long bufferOffset;

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
     * Whether the regions that a slave creates lie on hugepages of the kernel's default size;
     * default false. Without enough of them there is no link, and the failure says so.
     *
     * @param value true for hugepages
     * @return this builder
     */
    public B hugepages(boolean value) {
        hugepages = value;
        return self();
    }

    /**
     * Whether a slave touches every page of the regions that it creates before the link comes up;
     * default false, which leaves it to the first packets.
     *
     * @param value true to wait earlier
     * @return this builder
     */
    public B prefault(boolean value) {
        prefault = value;
        return self();
    }

    /**
     * Whether somebody looks into the packets that are received, as slave; default true, and
     * buffers of 2048 bytes or more lie where packets that are read come in fastest. Say false if
     * most are only counted or dropped by their length: the master writes those faster when their
     * lines can stay in its cache. Either way all packets arrive.
     *
     * @param value false for packets that nobody looks into
     * @return this builder
     */
    public B payloadRead(boolean value) {
        payloadRead = value;
        return self();
    }

    /**
     * Shares a region of the application with the peer as well, as slave, so that packets in it can
     * be sent from where they lie. May be called several times; the regions are announced in this
     * order, after those that the interface creates.
     *
     * @param value open as long as links are to come up
     * @return this builder
     */
    public B region(MemifRegion value) {
        Objects.requireNonNull(value, "region");
        if (!regions.contains(value)) {
            List<MemifRegion> more = new ArrayList<>(regions);
            more.add(value);
            regions = List.copyOf(more);
        }
        return self();
    }

    /**
     * Puts the buffers of all rings, as slave, into a region of the application instead of one that
     * the interface creates; shares it as {@link #region} does. Interfaces with their buffers in
     * different parts of one region pass packets on to each other without a copy.
     *
     * @param value where to put them
     * @param offset of the first buffer, a multiple of 64; as many bytes as {@link
     *     InterfaceConfig#bufferMemory} says, which have to lie within the first 2 GiB, are the
     *     interface's own from then on
     * @return this builder
     */
    public B buffersIn(MemifRegion value, long offset) {
        region(value);
        bufferRegion = value;
        bufferOffset = offset;
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
