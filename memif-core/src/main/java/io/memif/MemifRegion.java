package io.memif;

import io.memif.internal.memory.Pages;
import io.memif.internal.memory.Region;
import io.memif.internal.posix.Posix;
import io.memif.unix.OwnedFd;
import io.memif.unix.UnixException;
import java.nio.ByteBuffer;

/**
 * The application's own memory, to be shared with the peers of its slave interfaces: packets in it
 * are sent without a copy ({@link TxQueue#transmit}), and interfaces that keep their buffers in it
 * pass packets on to each other without one ({@link TxQueue#forward}).
 *
 * <p>Made here, or taken over from a descriptor; mapped once, and announced to the peer of each
 * interface that is configured with it ({@link InterfaceConfig.Builder#region}), on every
 * connection. Only those peers see it, but they see and may change all of it.
 *
 * <p>Thread-safe. Belongs to the application, which closes it. Links over it keep its memory until
 * they end, and then do not come back.
 */
public final class MemifRegion implements AutoCloseable {
    private final String name;
    private final Region region;

    private MemifRegion(String name, Region region) {
        this.name = name;
        this.region = region;
    }

    /**
     * Starts with ordinary pages, mapped when first touched.
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
     * The memory, or its first 2 GiB less 2 MiB. Once the region has been closed and its last link
     * has ended, the buffer reads zeros.
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
     *     no descriptor reaches, or is longer than 1 GiB and lies behind the first 2
     * @throws IllegalStateException if the region has been closed and its last link has ended
     */
    public ByteBuffer slice(long offset, int length) {
        return region.slice(offset, length);
    }

    /**
     * Whether its file can no longer be shortened. One made here cannot; a peer that is strict
     * about it refuses one that was handed over and can (see {@link io.memif.SealPolicy}).
     *
     * @return as it was when the region was made
     */
    public boolean isSealed() {
        return region.sealed();
    }

    /**
     * Size of the pages behind it.
     *
     * @return bytes; more than 4096 for hugepages
     */
    public long pageSize() {
        return region.pageSize();
    }

    /**
     * Its file, to be passed to another process that is to see the same memory.
     *
     * @return stays the region's: share it, do not close it
     */
    public OwnedFd descriptor() {
        return region.file();
    }

    /**
     * No further link uses it; the memory goes when the last link over it has ended. Idempotent.
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
         * Whether a region that is made here lies on hugepages of the kernel's default size;
         * default false. Whoever made the file that is taken over has decided that already.
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
         * @param value true to wait now and not when packets pass
         * @return this
         */
        public Builder prefault(boolean value) {
            prefault = value;
            return this;
        }

        /**
         * Makes a region: anonymous, really allocated, sealed against shrinking.
         *
         * @param size in bytes, 1 or more
         * @return the region, the caller's to close
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
         * Takes over a file that the application has already.
         *
         * @param file a memfd, or a file on tmpfs or hugetlbfs, that this process may open for
         *     writing; belongs to the region from now on, but stays the caller's if this throws. If
         *     it is not sealed against shrinking and somebody cuts it, the links over it end
         * @param size in bytes from the start of the file, which is no shorter
         * @return the region, the caller's to close
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
         * Makes a region that holds the buffers of these interfaces, one behind the other, and puts
         * them there ({@link InterfaceConfig.Builder#buffersIn}): the interfaces then pass packets
         * on to each other without a copy.
         *
         * @param interfaces slaves, with ring and buffer sizes set
         * @return the region, the caller's to close
         * @throws MemifException as {@link #create}
         * @throws IllegalArgumentException naming the first value of a builder out of its range, or
         *     if the buffers take more than 2 GiB together
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
