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
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All mappings of region files: made, ended, counted and limited here. Thread-safe.
 *
 * <p>A mapping ends in two steps. First anonymous pages replace the file's: file and hugepages are
 * free at once, and a late access through whatever pointer reads zeros and harms nobody. The
 * addresses themselves are given back when no buffer over them is reachable; no collection is ever
 * asked for. Until then the mapping <em>waits</em> and costs nothing but address space. Waiting
 * mappings are removed whenever another one is made or ended, or somebody asks for their number;
 * there is no thread for it.
 *
 * <p>If the kernel refuses the anonymous pages (it does where memory is committed in advance,
 * vm.overcommit_memory=2), the file's pages stay as long as the mapping waits.
 */
public final class Mappings {
    /** Where all regions of this JVM are counted. */
    public static final Mappings OF_PROCESS = new Mappings();

    private static final Path OVERCOMMIT = Path.of("/proc/sys/vm/overcommit_memory");

    private final Map<Region.Id, PeerFile> peerFiles = new HashMap<>();
    private final Set<Waiting> waiting = new HashSet<>();
    private final ReferenceQueue<ByteBuffer> unreachable = new ReferenceQueue<>();
    private final List<Waiting> refused = new ArrayList<>();
    private long bytes;
    private int count;
    private long waitingBytes;
    private long peerMemory;

    Mappings() {}

    /** A file on ordinary pages that peers brought: its longest region, and how many show it. */
    private static final class PeerFile {
        private long bytes;
        private int regions;
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

        /** The next access to the last page finds out whether the file still has it. */
        void letLastPageGo(long pageSize) {
            // What cannot be done leaves the page as it is: it is looked at all the same.
            calls.letPagesGo(address + length - pageSize, pageSize);
        }

        long address() {
            return address;
        }

        /** The first address after it. */
        long end() {
            return address + length;
        }

        boolean follows(Mapping before) {
            return before.end() == address && before.calls == calls;
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
     * Admits the regions that a peer has announced, or refuses them all. Each is let go when it
     * ends.
     *
     * <p>A page of a file in memory is charged to whoever touches it first, and a page that the
     * peer left out, or has punched out again, may be touched first by us: 4096 bytes for each byte
     * that we read. How much that will be is the peer's choice at any moment, but never more than
     * what we map of the regions. So their lengths are counted, not their pages: the sum over all
     * files that peers have brought stays below a limit, whatever they do later. What hugepages
     * take comes from a pool that is limited already.
     *
     * @param regions looked at with {@link Region#check}
     * @param limits of the socket
     * @throws UnixException naming the limit, its value, and the setting
     */
    public void admit(Collection<Region> regions, MappingLimits limits) {
        requireForLink(regions, limits);
        long added = 0;
        for (Region region : regions) {
            added += Math.min(region.size(), Region.REACHABLE);
        }
        long available =
                limits.maxPeerMemory() == MappingLimits.AVAILABLE
                        ? AvailableMemory.OF_PROCESS.spare(peerMemory() + added, added)
                        : limits.maxPeerMemory();
        synchronized (this) {
            long before = peerMemory;
            for (Region region : regions) {
                if (!region.isHuge()) {
                    region.admitted();
                    add(region.id(), Math.min(region.size(), Region.REACHABLE));
                }
            }
            if (peerMemory > available && peerMemory > before) {
                throw refused(
                        "regions on ordinary pages of "
                                + (peerMemory - before + " bytes, in addition to " + before)
                                + " of other links",
                        available + " together",
                        "maxPeerMemory");
            }
        }
    }

    private static void requireForLink(Collection<Region> regions, MappingLimits limits) {
        long total = 0;
        long windows = 0;
        for (Region region : regions) {
            long size = region.size();
            if (size > limits.maxRegionBytes()) {
                throw refused(
                        "a region of " + size + " bytes",
                        "" + limits.maxRegionBytes(),
                        "maxRegionBytes");
            }
            windows += Region.windowCount(size);
            total += Region.mappedLength(size);
        }
        if (regions.size() > limits.maxLinkRegions()) {
            throw refused(
                    "a link with " + regions.size() + " regions",
                    "" + limits.maxLinkRegions(),
                    "maxLinkRegions");
        }
        if (windows > limits.maxLinkMappings()) {
            throw refused(
                    "a link that takes " + windows + " mappings",
                    "" + limits.maxLinkMappings(),
                    "maxLinkMappings");
        }
        if (total > limits.maxLinkBytes()) {
            throw refused(
                    "a link that maps " + total + " bytes",
                    "" + limits.maxLinkBytes(),
                    "maxLinkBytes");
        }
    }

    private static UnixException refused(String what, String limit, String setting) {
        return new UnixException(
                Kind.UNUSABLE, what + "; the limit is " + limit + " (" + setting + ")");
    }

    private void add(Region.Id file, long bytes) {
        PeerFile entry = peerFiles.computeIfAbsent(file, id -> new PeerFile());
        entry.regions++;
        peerMemory += Math.max(0, bytes - entry.bytes);
        entry.bytes = Math.max(entry.bytes, bytes);
    }

    /** A region that was admitted has ended. */
    synchronized void letGo(Region.Id file) {
        PeerFile entry = peerFiles.get(file);
        if (--entry.regions == 0) {
            peerMemory -= entry.bytes;
            peerFiles.remove(file);
        }
    }

    /**
     * Maps a part of a file.
     *
     * @param what is mapped, for messages
     * @param start offset in the file, bytes, whole pages
     * @param length bytes that the buffer shows
     * @param pageSize of the file; whole pages are mapped
     * @param canFault whether somebody can take its pages away
     * @param limits of whoever asks
     * @throws UnixException if the kernel refuses, or a limit is reached
     */
    Mapping map(
            Posix posix,
            String what,
            int fd,
            long start,
            int length,
            long pageSize,
            boolean canFault,
            MappingLimits limits) {
        long whole = Region.wholePages(length, pageSize);
        reserve(what, whole, limits);
        long address = posix.memory().map(fd, start, whole);
        if (address < 0) {
            giveBack(whole);
            throw new UnixException(
                    Kind.UNUSABLE,
                    "cannot map "
                            + (whole + " bytes of " + what + ": ")
                            + posix.explain((int) address)
                            + hint((int) -address, pageSize > posix.memory().pageSize()));
        }
        ByteBuffer buffer = posix.memory().buffer(address, length);
        if (canFault) {
            Faults.mapped();
        }
        return new Mapping(posix.memory(), address, whole, canFault, buffer);
    }

    private static String hint(int errno, boolean huge) {
        return switch (errno) {
            case Errno.ENOMEM ->
                    huge
                            ? ": not enough free hugepages, or no address space; reserve hugepages"
                                    + " (sysctl vm.nr_hugepages)"
                            : ": no address space, no further mapping, or no memory left to commit"
                                    + " (ulimit -v, vm.max_map_count, vm.overcommit_memory)";
            case Errno.EACCES, Errno.EPERM ->
                    ": its descriptor is not open for reading and writing, or is sealed";
            default -> "";
        };
    }

    private synchronized void reserve(String what, long length, MappingLimits limits) {
        removeUnreachable();
        if (bytes + length > limits.maxMappedBytes()) {
            throw refused(
                    tried(what, length),
                    limits.maxMappedBytes() + " bytes in use",
                    "maxMappedBytes");
        }
        if (count + waiting.size() >= limits.maxMappings()) {
            throw refused(
                    tried(what, length),
                    limits.maxMappings() + " mappings together",
                    "maxMappings");
        }
        if (waitingBytes > limits.maxWaitingBytes()) {
            throw refused(
                    tried(what, length)
                            + ". Drop buffers of links that have ended, or wait for the next garbage"
                            + " collection",
                    limits.maxWaitingBytes() + " bytes that wait",
                    "maxWaitingBytes");
        }
        bytes += length;
        count++;
    }

    private String tried(String what, long length) {
        return "cannot map "
                + (length + " bytes of " + what + ": this process has ")
                + (count + " mappings of " + bytes + " bytes for regions in use and ")
                + (waiting.size() + " mappings of " + waitingBytes + " bytes that ended but whose")
                + " buffers the application can still reach";
    }

    private synchronized void giveBack(long length) {
        bytes -= length;
        count--;
    }

    /**
     * Ends mappings: what is read from them afterwards is zeros. From any thread.
     *
     * <p>Neighbours are ended by one call: each call has all processors that run a thread of this
     * process forget the addresses. The kernel mostly maps each region beside the one before.
     *
     * @param ended not ended before
     */
    void end(List<Mapping> ended) {
        List<Mapping> sorted = new ArrayList<>(ended);
        sorted.sort(Comparator.comparingLong(Mapping::address));
        boolean together = sorted.size() > 1 && !isMemoryCommittedInAdvance();
        int first = 0;
        while (first < sorted.size()) {
            int next = first + 1;
            while (together
                    && next < sorted.size()
                    && sorted.get(next).follows(sorted.get(next - 1))) {
                next++;
            }
            endNeighbours(sorted.subList(first, next));
            first = next;
        }
        synchronized (this) {
            removeUnreachable();
        }
    }

    /**
     * Then a longer call is refused where shorter ones are not, and a kernel before 6.12 has
     * removed the mappings by the time it refuses.
     */
    private static boolean isMemoryCommittedInAdvance() {
        try {
            return Files.readString(OVERCOMMIT).startsWith("2");
        } catch (IOException e) {
            return true;
        }
    }

    private void endNeighbours(List<Mapping> run) {
        long start = run.get(0).address;
        long length = run.get(run.size() - 1).end() - start;
        boolean all = run.get(0).calls.replace(start, length) >= 0;
        for (Mapping mapping : run) {
            boolean replaced =
                    all
                            || run.size() > 1
                                    && mapping.calls.replace(mapping.address, mapping.length) >= 0;
            if (replaced && mapping.canFault) {
                Faults.ended();
            }
            add(new Waiting(mapping, mapping.canFault && !replaced, unreachable));
            mapping.buffer = null;
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

    /** Bytes on ordinary pages in the regions of peers that are in use, each file once. */
    public synchronized long peerMemory() {
        return peerMemory;
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
