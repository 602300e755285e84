package io.memif;

import io.memif.internal.memory.Pages;
import io.memif.internal.memory.Region;
import io.memif.internal.posix.Posix;
import io.memif.unix.OwnedFd;
import io.memif.unix.UnixException;
import java.nio.ByteBuffer;

/**
 * Memory of the application that is shared with the peers of its slave interfaces. Packets in it
 * are sent without a copy ({@link TxQueue#transmit}). Interfaces that keep their buffers in it
 * forward packets to each other without a copy ({@link TxQueue#forward}).
 *
 * <pre>{@code
 * try (MemifRegion region = MemifRegion.builder().name("packets").create(1 << 20)) {
 *     InterfaceConfig config = InterfaceConfig.builder().region(region).build();
 *     try (MemifInterface slave = socket.addInterface(config)) {
 *         if (slave.awaitConnected(Duration.ofSeconds(10))) {
 *             long position = slave.txQueue(0).transmit(region, 0, 64);
 *             slave.txQueue(0).flush();
 *             slave.txQueue(0).awaitTaken(position, 1_000_000_000L);
 *         }
 *     }
 * }
 * }</pre>
 *
 * <p>A region is created here or taken over from a descriptor. It is mapped once and announced to
 * the peer of each interface that is configured with it ({@link InterfaceConfig.Builder#region}).
 * Only those peers see it, but they see all of it and may change all of it.
 *
 * <p>Thread-safe. The application owns it and closes it. Links over it keep its memory until they
 * end, and then do not come back.
 */
public final class MemifRegion implements AutoCloseable {
    private final String name;
    private final Region region;

    private MemifRegion(String name, Region region) {
        this.name = name;
        this.region = region;
    }

    /**
     * A builder for a region on ordinary pages, which are allocated when first touched.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    Region shared() {
        return region;
    }

    Region.Id id() {
        return region.id();
    }

    /** {@return the name that it was given, as shown in /proc and in messages} */
    public String name() {
        return name;
    }

    /**
     * Its length.
     *
     * @return bytes; what was asked for, rounded up to whole hugepages if it lies on them
     */
    public long size() {
        return region.size();
    }

    /**
     * The memory, or its first 2 GiB minus 2 MiB. After the region has been closed and its last
     * link has ended, the buffer reads as zeros.
     *
     * @return shared memory, big-endian, with position, limit and order of its own
     * @throws IllegalStateException if the region has been closed and its last link has ended
     */
    public ByteBuffer buffer() {
        return region.windows().get(0).duplicate();
    }

    /**
     * A part of the memory.
     *
     * @param offset of the first byte in the region
     * @param length in bytes
     * @return shared memory, big-endian, with position, limit and order of its own
     * @throws IndexOutOfBoundsException if it leaves the region, lies beyond the first 4 GiB, which
     *     no descriptor reaches, or is longer than 1 GiB and lies beyond the first 2 GiB
     * @throws IllegalStateException if the region has been closed and its last link has ended
     */
    public ByteBuffer slice(long offset, int length) {
        return region.slice(offset, length);
    }

    /**
     * Whether its file is sealed against shrinking. A file that was created here is. A peer with a
     * strict policy refuses a region that is not (see {@link io.memif.SealPolicy}).
     *
     * @return the state when the region was made
     */
    public boolean isSealed() {
        return region.sealed();
    }

    /**
     * Size of its pages.
     *
     * @return bytes, of the ordinary pages of the kernel or of the hugepages
     */
    public long pageSize() {
        return region.pageSize();
    }

    /**
     * Its file, for passing to another process that is to see the same memory.
     *
     * @return the descriptor, which belongs to the region; share it, do not close it
     */
    public OwnedFd descriptor() {
        return region.file();
    }

    /**
     * Closes the region. No further link uses it. Its memory is freed when the last link over it
     * has ended. Idempotent.
     */
    @Override
    public void close() {
        region.close();
    }

    /** Name and size. */
    @Override
    public String toString() {
        return region + " of " + size() + " bytes";
    }

    /** Sets what differs from the defaults. Not thread-safe. */
    public static final class Builder {
        private String name = "memif region";
        private boolean hugepages;
        private boolean prefault;

        private Builder() {}

        /**
         * A name, shown in /proc and in messages.
         *
         * @param value up to 200 characters
         * @return this
         */
        public Builder name(String value) {
            if (value.length() > 200) {
                throw new IllegalArgumentException("name has " + value.length() + " characters");
            }
            name = value;
            return this;
        }

        /**
         * Whether a region that is created here lies on hugepages of the kernel's default size;
         * default false. It does not apply to a file that is taken over.
         *
         * @param value true for hugepages
         * @return this
         */
        public Builder hugepages(boolean value) {
            hugepages = value;
            return this;
        }

        /**
         * Whether to touch every page at once; default false.
         *
         * @param value true to wait now instead of while packets pass
         * @return this
         */
        public Builder prefault(boolean value) {
            prefault = value;
            return this;
        }

        /**
         * Creates a region: an anonymous file, allocated at once and sealed against shrinking.
         *
         * @param size in bytes, 1 or more
         * @return the region, to be closed by the caller
         * @throws MemifException with code MEMORY if there is not enough memory or there are not
         *     enough hugepages, saying what to do; SYSTEM if native calls are not possible here
         */
        public MemifRegion create(long size) {
            if (size < 1) {
                throw new IllegalArgumentException("size=" + size);
            }
            Posix posix = MemifReactor.openPosix();
            try {
                return new MemifRegion(
                        name, Region.create(posix, name, size, new Pages(hugepages, prefault)));
            } catch (UnixException e) {
                throw failure(e);
            }
        }

        /**
         * Takes over a file that the application already has.
         *
         * @param file a memfd, or a file on tmpfs or hugetlbfs, open for reading and writing. It
         *     belongs to the region from now on; if this method throws, it stays the caller's. If
         *     it is not sealed against shrinking and somebody shrinks it, the links over it end
         * @param size in bytes from the start of the file, at most its length
         * @return the region, to be closed by the caller
         * @throws MemifException with code MEMORY if the file is of another kind, shorter, or
         *     cannot be mapped
         */
        public MemifRegion adopt(OwnedFd file, long size) {
            if (size < 1) {
                throw new IllegalArgumentException("size=" + size);
            }
            try {
                return new MemifRegion(name, Region.adopt(name, file, size, prefault));
            } catch (UnixException e) {
                throw failure(e);
            }
        }

        /**
         * Creates a region for the buffers of several interfaces and puts their buffers there, one
         * after the other ({@link InterfaceConfig.Builder#buffersIn}). The interfaces then forward
         * packets to each other without a copy.
         *
         * @param interfaces slaves, with ring and buffer sizes already set
         * @return the region, to be closed by the caller
         * @throws MemifException as {@link #create}
         * @throws IllegalArgumentException if a value of a builder is out of its range, or if the
         *     buffers take more than 2 GiB together
         */
        public MemifRegion createForBuffersOf(InterfaceConfig.Builder... interfaces) {
            long[] offsets = new long[interfaces.length + 1];
            for (int i = 0; i < interfaces.length; i++) {
                offsets[i + 1] = offsets[i] + interfaces[i].set.bufferMemory();
            }
            if (offsets[interfaces.length] > Integer.MAX_VALUE) {
                throw new IllegalArgumentException(
                        "buffers of " + offsets[interfaces.length] + " bytes, at most 2 GiB");
            }
            MemifRegion region = create(offsets[interfaces.length]);
            for (int i = 0; i < interfaces.length; i++) {
                interfaces[i].buffersIn(region, offsets[i]);
            }
            return region;
        }

        private static MemifException failure(RuntimeException e) {
            return new MemifException(MemifException.Code.MEMORY, e.getMessage(), e);
        }
    }
}
