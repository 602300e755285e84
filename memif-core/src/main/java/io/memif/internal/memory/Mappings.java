package io.memif.internal.memory;

import io.memif.internal.posix.Errno;
import io.memif.internal.posix.MemoryCalls;
import io.memif.internal.posix.Posix;
import io.memif.unix.UnixException;
import io.memif.unix.UnixException.Kind;
import java.io.IOException;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/**
 * All mappings of region files: made, ended, counted and limited here. Thread-safe.
 *
 * <p>A mapping ends in two steps. First anonymous pages replace the file's: file and hugepages are
 * free at once, and a late access through whatever pointer reads zeros and harms nobody. The
 * addresses themselves are given back when no buffer over them is reachable any more; no collection
 * is ever asked for. Until then the mapping <em>waits</em> and costs nothing but address space.
 * Waiting mappings are removed whenever another one is made or ended, or somebody asks for their
 * number; there is no thread for it.
 *
 * <p>If the kernel refuses the anonymous pages (it does where memory is committed in advance,
 * vm.overcommit_memory=2), the file's pages stay as long as the mapping waits.
 */
public final class Mappings {
    /** Where all regions of this JVM are counted. */
    public static final Mappings OF_PROCESS = new Mappings(Limits.ofThisMachine());

    private static final int USUAL_MAX_MAP_COUNT = 65_530;

    private final Limits limits;
    private final Set<Waiting> waiting = new HashSet<>();
    private final ReferenceQueue<ByteBuffer> unreachable = new ReferenceQueue<>();
    private final List<Waiting> refused = new ArrayList<>();
    private long bytes;
    private int count;
    private long waitingBytes;

    Mappings(Limits limits) {
        this.limits = limits;
    }

    /**
     * What may be mapped.
     *
     * @param regionBytes longest region
     * @param linkBytes mapped for all regions of one link
     * @param linkMappings windows of all regions of one link
     * @param bytes mapped by this process
     * @param mappings of this process, waiting ones included
     * @param waitingBytes in mappings that wait
     * @param waitingMappings that wait
     */
    record Limits(
            long regionBytes,
            long linkBytes,
            int linkMappings,
            long bytes,
            int mappings,
            long waitingBytes,
            int waitingMappings) {
        /** The kernel ends a JVM that is out of mappings, so half of them are left to others. */
        static Limits ofThisMachine() {
            int most = maxMapCount();
            long tebi = 1L << 40;
            return new Limits(tebi, tebi, 512, 16 * tebi, most / 2, 16 * tebi, most / 4);
        }

        private static int maxMapCount() {
            try {
                // By lines: it must be read in one piece, or the kernel answers its first digit.
                Path file = Path.of("/proc/sys/vm/max_map_count");
                return Integer.parseInt(Files.readAllLines(file).get(0).strip());
            } catch (IOException | RuntimeException e) {
                return USUAL_MAX_MAP_COUNT;
            }
        }
    }

    /** A part of a file in memory. */
    static final class Mapping {
        private final MemoryCalls calls;
        private final long address;
        private final long length;
        private final boolean canFault;
        private ByteBuffer buffer;

        private Mapping(
                MemoryCalls calls, long address, long length, boolean canFault, ByteBuffer buffer) {
            this.calls = calls;
            this.address = address;
            this.length = length;
            this.canFault = canFault;
            this.buffer = buffer;
        }

        ByteBuffer buffer() {
            return buffer;
        }

        long address() {
            return address;
        }

        long length() {
            return length;
        }
    }

    /** A mapping that has ended, until nobody can reach a buffer over it. */
    private static final class Waiting extends PhantomReference<ByteBuffer> {
        private final MemoryCalls calls;
        private final long address;
        private final long length;
        private final boolean canFault;

        Waiting(Mapping mapping, boolean canFault, ReferenceQueue<ByteBuffer> queue) {
            super(mapping.buffer, queue);
            this.calls = mapping.calls;
            this.address = mapping.address;
            this.length = mapping.length;
            this.canFault = canFault;
        }

        boolean unmapped() {
            if (calls.unmap(address, length) < 0) {
                return false;
            }
            if (canFault) {
                Faults.ended();
            }
            return true;
        }
    }

    /**
     * Refuses regions of one link that are too long or too many.
     *
     * @param regions lengths in bytes
     * @throws UnixException saying which limit it was
     */
    public void requireForLink(Iterable<Long> regions) {
        long total = 0;
        long windows = 0;
        for (long size : regions) {
            if (size > limits.regionBytes) {
                throw new UnixException(
                        Kind.UNUSABLE,
                        "a region of " + size + " bytes; the limit is " + limits.regionBytes);
            }
            windows += Region.windowCount(size);
            total += Region.mappedLength(size);
        }
        if (windows > limits.linkMappings || total > limits.linkBytes) {
            throw new UnixException(
                    Kind.UNUSABLE,
                    "the regions of one link take "
                            + (windows + " mappings of " + total + " bytes; the limit is ")
                            + (limits.linkMappings + " mappings of " + limits.linkBytes));
        }
    }

    /**
     * Maps a part of a file.
     *
     * @param posix system calls
     * @param what is mapped, for messages
     * @param fd the file
     * @param start offset in the file, bytes, whole pages
     * @param length bytes that the buffer shows
     * @param pageSize of the file; whole pages are mapped
     * @param canFault whether somebody can take its pages away
     * @throws UnixException if the kernel refuses, or a limit is reached
     */
    Mapping map(
            Posix posix,
            String what,
            int fd,
            long start,
            int length,
            long pageSize,
            boolean canFault) {
        long whole = Region.wholePages(length, pageSize);
        reserve(what, whole);
        long address = posix.memory().map(fd, start, whole);
        if (address < 0) {
            giveBack(whole);
            throw new UnixException(
                    Kind.UNUSABLE,
                    "cannot map "
                            + (whole + " bytes of " + what + ": ")
                            + posix.explain((int) address)
                            + hint((int) -address, pageSize));
        }
        ByteBuffer buffer = posix.memory().buffer(address, length);
        if (canFault) {
            Faults.mapped();
        }
        return new Mapping(posix.memory(), address, whole, canFault, buffer);
    }

    private static String hint(int errno, long pageSize) {
        return switch (errno) {
            case Errno.ENOMEM ->
                    pageSize > Region.ORDINARY_PAGE
                            ? ": not enough free hugepages, or no address space; reserve hugepages"
                                    + " (sysctl vm.nr_hugepages)"
                            : ": no address space, or no further mapping (ulimit -v,"
                                    + " vm.max_map_count)";
            case Errno.EACCES, Errno.EPERM ->
                    ": its descriptor is not open for reading and writing, or is sealed";
            default -> "";
        };
    }

    private synchronized void reserve(String what, long length) {
        removeUnreachable();
        if (bytes + length > limits.bytes || count + waiting.size() >= limits.mappings) {
            throw new UnixException(
                    Kind.UNUSABLE,
                    "cannot map "
                            + (length + " bytes of " + what + ": this process has ")
                            + (count + " mappings of " + bytes + " bytes for regions in use and ")
                            + waitingText()
                            + ("; the limit is " + limits.mappings + " mappings together, of ")
                            + (limits.bytes + " bytes in use"));
        }
        if (waitingBytes > limits.waitingBytes || waiting.size() > limits.waitingMappings) {
            throw new UnixException(
                    Kind.UNUSABLE,
                    "cannot map "
                            + (length + " bytes of " + what + ": ")
                            + waitingText()
                            + ("; the limit is " + limits.waitingMappings + " mappings of ")
                            + (limits.waitingBytes + " bytes. Drop buffers of links that have")
                            + " ended, or wait for the next garbage collection");
        }
        bytes += length;
        count++;
    }

    private String waitingText() {
        return waiting.size()
                + (" mappings of " + waitingBytes + " bytes that ended but whose buffers the")
                + " application can still reach";
    }

    private synchronized void giveBack(long length) {
        bytes -= length;
        count--;
    }

    /**
     * Ends mappings: what is read from them afterwards is zeros. From any thread.
     *
     * @param ended not ended before
     */
    void end(List<Mapping> ended) {
        for (Mapping mapping : ended) {
            boolean replaced = mapping.calls.replace(mapping.address, mapping.length) >= 0;
            if (replaced && mapping.canFault) {
                Faults.ended();
            }
            add(new Waiting(mapping, mapping.canFault && !replaced, unreachable));
            mapping.buffer = null;
        }
        synchronized (this) {
            removeUnreachable();
        }
    }

    private synchronized void add(Waiting ended) {
        giveBack(ended.length);
        waiting.add(ended);
        waitingBytes += ended.length;
    }

    private void removeUnreachable() {
        while (unreachable.poll() instanceof Waiting gone) {
            refused.add(gone);
        }
        // The kernel may lack a mapping to split off another; such a one is tried again.
        for (Iterator<Waiting> each = refused.iterator(); each.hasNext(); ) {
            Waiting gone = each.next();
            if (gone.unmapped()) {
                each.remove();
                waiting.remove(gone);
                waitingBytes -= gone.length;
            }
        }
    }

    /** Bytes mapped for regions in use. */
    public synchronized long bytes() {
        return bytes;
    }

    /** Mappings of regions in use. */
    public synchronized int count() {
        return count;
    }

    /** Bytes in mappings that have ended and still wait for the last buffer over them to go. */
    public synchronized long waitingBytes() {
        removeUnreachable();
        return waitingBytes;
    }

    /** Mappings that have ended and still wait for the last buffer over them to go. */
    public synchronized int waitingCount() {
        removeUnreachable();
        return waiting.size();
    }
}
