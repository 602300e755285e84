package io.memif.internal.memory;

import io.memif.internal.posix.Posix;
import io.memif.unix.OwnedFd;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A region that outlives links: made or handed over once, mapped once, announced on any number of
 * links. Its memory goes when it has been closed and the last link over it has ended. Thread-safe.
 */
public final class SharedRegion implements AutoCloseable {
    private final String name;
    private final OwnedFd file;
    private final MappedRegion mapping;
    private final MemoryId id;
    private final boolean sealed;
    private final long pageSize;
    private int links;
    private boolean closed;
    private boolean released;

    private SharedRegion(String name, OwnedFd file, MappedRegion mapping, RegionCheck check) {
        this.name = name;
        this.file = file;
        this.mapping = mapping;
        this.id = check.id(file);
        if (id == null) {
            throw new RegionException("cannot look at the file of region " + name);
        }
        this.sealed = check.sealed(file);
        this.pageSize = check.pageSize(file);
    }

    /**
     * Makes a new region: anonymous, allocated, sealed against shrinking, and mapped.
     *
     * @param posix system calls
     * @param name shown in /proc, for the operator
     * @param size in bytes, 1 or more; rounded up to whole hugepages if there are to be any
     * @param pages behind it
     * @return the region, the caller's to close
     * @throws RegionException if there is no memory, no descriptor, or the kernel refuses
     */
    public static SharedRegion create(Posix posix, String name, long size, Pages pages) {
        OwnedFd file = new RegionFile(posix).create(name, size, pages.huge());
        try {
            RegionCheck check = new RegionCheck(posix);
            return map(name, file, check.size(file), pages.prefault(), check);
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /**
     * Takes over the caller's own memory file.
     *
     * @param name for messages
     * @param file a memfd, or a file on tmpfs or hugetlbfs; stays the caller's if this throws
     * @param size in bytes, from the start of the file, which is no shorter
     * @param prefault whether to touch every page now
     * @return the region, the caller's to close
     * @throws RegionException if the file is of another kind, shorter, or cannot be mapped
     */
    public static SharedRegion adopt(String name, OwnedFd file, long size, boolean prefault) {
        RegionCheck check = new RegionCheck(Posix.of(file.calls()));
        String refusal = check.refusal(file, size);
        if (refusal != null) {
            throw new RegionException("cannot use region " + name + ": " + refusal);
        }
        return map(name, file, size, prefault, check);
    }

    private static SharedRegion map(
            String name, OwnedFd file, long size, boolean prefault, RegionCheck check) {
        MappedRegion mapping = new RegionMapper(BufferTable.WINDOW_STRIDE).map(file, size);
        try {
            if (prefault) {
                mapping.prefault(check.pageSize(file));
            }
            return new SharedRegion(name, file, mapping, check);
        } catch (RuntimeException e) {
            mapping.close();
            throw e;
        }
    }

    /**
     * One more link uses it.
     *
     * @throws RegionException if it has been closed
     */
    public synchronized void retain() {
        if (closed) {
            throw new RegionException("region " + name + " has been closed by its owner");
        }
        links++;
    }

    /** A link that {@link #retain}ed it has ended. */
    public synchronized void release() {
        links--;
        letGo();
    }

    /** No further link may use it; its memory goes with the last one that does. Idempotent. */
    @Override
    public synchronized void close() {
        closed = true;
        letGo();
    }

    private void letGo() {
        if (closed && links == 0 && !released) {
            released = true;
            mapping.close();
            file.close();
        }
    }

    /**
     * The file.
     *
     * @return stays the region's
     */
    public OwnedFd file() {
        return file;
    }

    /**
     * Its length.
     *
     * @return bytes
     */
    public long size() {
        return mapping.size();
    }

    /**
     * The mapped memory.
     *
     * @return windows that start every {@link BufferTable#WINDOW_STRIDE} bytes
     */
    public List<ByteBuffer> windows() {
        return mapping.windows();
    }

    /**
     * Which file it is.
     *
     * @return equal for regions over the same file
     */
    public MemoryId id() {
        return id;
    }

    /**
     * Whether its file can no longer be shortened.
     *
     * @return as it was when the region was made
     */
    public boolean sealed() {
        return sealed;
    }

    /**
     * Size of its pages.
     *
     * @return bytes
     */
    public long pageSize() {
        return pageSize;
    }

    /** Its name. */
    @Override
    public String toString() {
        return name;
    }
}
