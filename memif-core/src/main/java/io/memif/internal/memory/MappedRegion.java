package io.memif.internal.memory;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * A mapped region: its size and the windows that cover it (see {@link RegionMapper}).
 *
 * <p>Closing gives the mapping back: at once on JDK 22 and later, where a late access throws
 * IllegalStateException; on earlier JDKs when the last buffer over it is unreachable, and a late
 * access still reads or writes the old memory. Neither crashes the JVM.
 */
public final class MappedRegion implements AutoCloseable {
    private static final int SMALLEST_PAGE = 4096;

    private final long size;
    private final List<ByteBuffer> windows;
    private final Runnable unmap;
    private boolean closed;

    /** A field, so that the reads are not for nothing. */
    private long touched;

    MappedRegion(long size, List<ByteBuffer> windows, Runnable unmap) {
        this.size = size;
        this.windows = List.copyOf(windows);
        this.unmap = unmap;
    }

    /**
     * Bytes in the region.
     *
     * @return 1 or more
     */
    public long size() {
        return size;
    }

    /**
     * The windows in order of their start, one for a region up to 2 GiB.
     *
     * @return windows over shared memory
     */
    public List<ByteBuffer> windows() {
        return windows;
    }

    /**
     * Touches every page, so that none has to be mapped later.
     *
     * @param pageSize bytes of a page
     * @throws RegionException if pages are missing: the file is shorter, or there is no memory
     */
    public void prefault(long pageSize) {
        int step = (int) Math.max(SMALLEST_PAGE, Math.min(pageSize, 1 << 30));
        try {
            for (ByteBuffer window : windows) {
                for (long at = 0; at < window.capacity(); at += step) {
                    touched += window.get((int) at);
                }
            }
            Faults.settle();
        } catch (InternalError e) {
            throw new RegionException(
                    "cannot prefault "
                            + size
                            + " bytes: pages are missing, since the file was cut"
                            + " short or there is no memory for them",
                    e);
        }
    }

    /** Idempotent; call it from one thread. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            unmap.run();
        }
    }
}
