package io.memif.internal.memory;

import io.memif.unix.OwnedFd;
import io.memif.unix.UnixException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Maps the files behind regions, through {@code FileChannel} on the descriptor.
 *
 * <p>A region longer than a ByteBuffer can be is mapped as overlapping windows that start every
 * {@code stride} bytes; only what a ring or a buffer at a 32-bit offset reaches is mapped.
 *
 * <p>One mapper a reactor; used by its thread only.
 */
public final class RegionMapper {
    /** What a 32-bit offset plus the longest ring, which is longer than any buffer, can reach. */
    private static final long REACHABLE =
            (1L << 32)
                    + RingLayout.ringLength(
                            RingLayout.MAX_LOG2_RING_SIZE, RingLayout.LONGEST_CACHE_LINE);

    /** The longest window, in bytes: whole pages below 2 GiB, also where they are 2 MiB large. */
    static final long MAX_WINDOW = (1L << 31) - (1L << 21);

    private final long stride;
    private final UnmapStrategy strategy;

    /**
     * A mapper.
     *
     * @param stride distance between the windows of a long region, bytes, a multiple of the page
     *     size and less than 2 GiB
     */
    public RegionMapper(long stride) {
        this.stride = stride;
        this.strategy = UnmapStrategy.forThisJdk();
    }

    /**
     * Maps a region, readable and writable. An interrupt does not end it; the thread is left
     * interrupted.
     *
     * @param fd of the file, stays the caller's
     * @param size of the region in bytes, 1 or more, no longer than the file
     * @return the region, to be closed by the caller
     * @throws RegionException if the file cannot be opened or mapped
     */
    public MappedRegion map(OwnedFd fd, long size) {
        // A FileChannel closes itself under an interrupted thread; the link is not to pay for that.
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                MappedRegion region = mapUnlessInterrupted(fd, size);
                if (region != null) {
                    return region;
                }
                interrupted |= Thread.interrupted();
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private MappedRegion mapUnlessInterrupted(OwnedFd fd, long size) {
        long mapped = Math.min(size, REACHABLE);
        UnmapStrategy.Scope scope = strategy.newScope();
        try (FileChannel channel =
                fd.openChannel(StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            List<ByteBuffer> windows = new ArrayList<>();
            long start = 0;
            do {
                long length = Math.min(mapped - start, MAX_WINDOW);
                windows.add(scope.map(channel, start, length));
                if (start + length == mapped) {
                    return new MappedRegion(size, windows, scope::close);
                }
                start += stride;
            } while (true);
        } catch (ClosedByInterruptException e) {
            scope.close();
            return null;
        } catch (IOException e) {
            scope.close();
            throw new RegionException(
                    "cannot map " + size + " bytes of the region's file: " + e.getMessage(), e);
        } catch (UnixException e) {
            scope.close();
            throw new RegionException("cannot map the region's file: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            scope.close();
            throw e;
        }
    }
}
