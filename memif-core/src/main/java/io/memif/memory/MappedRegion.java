package io.memif.memory;

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
    private final long size;
    private final List<ByteBuffer> windows;
    private final Runnable unmap;
    private boolean closed;

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

    /** Idempotent; call it from one thread. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            unmap.run();
        }
    }
}
