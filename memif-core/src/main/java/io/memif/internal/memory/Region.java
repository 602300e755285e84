package io.memif.internal.memory;

import io.memif.internal.posix.Errno;
import io.memif.internal.posix.FileCalls;
import io.memif.internal.posix.FileStatus;
import io.memif.internal.posix.Posix;
import io.memif.internal.protocol.MemoryPlan;
import io.memif.internal.protocol.Protocol;
import io.memif.unix.OwnedFd;
import io.memif.unix.UnixException;
import io.memif.unix.UnixException.Kind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * A region: a file in memory, the windows that it is mapped into, and how long they last.
 *
 * <p>It is {@linkplain #create made} for our side of a link or for the application, {@linkplain
 * #adopt taken over} from the application, or {@linkplain #announced announced} by a peer, in which
 * case it is checked first and mapped later. It stays mapped until its owner has closed it and
 * every {@link RegionTable} that retained it has released it; then {@link Mappings} ends its
 * mappings, and a late access reads zeros.
 *
 * <p>A region up to 2 GiB is one window. A longer one has several that start every {@link
 * #WINDOW_STRIDE} bytes and overlap, so that any packet lies within the window that its offset
 * picks; only what a ring or a buffer at a 32-bit offset can reach is mapped. What is mapped begins
 * and ends on pages of the file, hugepages included.
 *
 * <p>Thread-safe.
 */
public final class Region implements AutoCloseable {
    /** Distance between the starts of two windows, in bytes: whole pages, also of 1 GiB. */
    public static final long WINDOW_STRIDE = 1L << 30;

    /** The longest window, in bytes: whole pages below 2 GiB, also where they are 2 MiB large. */
    public static final int LONGEST_WINDOW = MemoryPlan.LONGEST_MAPPING;

    /** No kernel has smaller pages, bytes. */
    static final long SMALLEST_PAGE = 4096;

    /**
     * No further seal is allowed, either: a peer could forbid writable mappings, and no later link
     * over the same memory would come up.
     */
    private static final int SEALS = FileCalls.F_SEAL_SHRINK | FileCalls.F_SEAL_SEAL;

    /** What a 32-bit offset plus the longest ring, which is longer than any buffer, can reach. */
    static final long REACHABLE =
            (1L << 32)
                    + Protocol.ringLength(
                            Protocol.MAX_LOG2_RING_SIZE, RingLayout.LONGEST_CACHE_LINE);

    /**
     * Which file is behind a region: two regions with the same id show the same memory, whoever
     * announced them.
     *
     * @param device the file is on
     * @param inode its number there
     */
    public record Id(long device, long inode) {
        // Written out for the same reason as those of RingPlacement.
        @Override
        public boolean equals(Object other) {
            return other instanceof Id that && device == that.device && inode == that.inode;
        }

        @Override
        public int hashCode() {
            return Long.hashCode(device) * 31 + Long.hashCode(inode);
        }
    }

    private final String name;
    private final OwnedFd file;
    private final long size;
    private final List<Mappings.Mapping> mapped = new ArrayList<>();
    private Mappings mappings = Mappings.OF_PROCESS;
    private MappingLimits limits = MappingLimits.OF_MACHINE;
    private boolean admitted;
    private boolean announced;
    private List<ByteBuffer> windows = List.of();
    private boolean sealed;
    private long pageSize = SMALLEST_PAGE;
    private boolean huge;
    private Id id;
    private int users;
    private boolean closed;
    private boolean ended;

    /** A field, so that the reads are not for nothing. */
    private long touched;

    private Region(String name, OwnedFd file, long size) {
        this.name = name;
        this.file = file;
        this.size = size;
    }

    /**
     * Makes a region: anonymous, close-on-exec, really allocated, sealed against shrinking, so that
     * neither a full tmpfs nor anybody's truncate can fault us later; and mapped.
     *
     * @param name shown in /proc, for the operator
     * @param size in bytes, 1 or more; rounded up to whole hugepages if there are to be any
     * @return the region, the caller's to close
     * @throws UnixException if there is no memory, no descriptor, or the kernel refuses
     */
    public static Region create(Posix posix, String name, long size, Pages pages) {
        if (!pages.huge()) {
            requireMemory(name, size);
        }
        OwnedFd file = createFile(posix, name, size, pages.huge());
        try {
            String text = "region " + name;
            FileStatus status = status(file, text);
            long whole = pages.huge() ? status.size() : size;
            Region region = new Region(text, file, whole);
            region.found(SEALS, status);
            region.map(pages.prefault());
            return region;
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /**
     * Refuses what this process cannot take, before any of it is taken.
     *
     * @param size in bytes of everything that is to be created on ordinary pages
     * @throws UnixException if there is less memory
     */
    public static void requireMemory(String name, long size) {
        AvailableMemory.OF_PROCESS.require(name, size);
    }

    private static OwnedFd createFile(Posix posix, String name, long size, boolean huge) {
        int flags =
                FileCalls.MFD_CLOEXEC
                        | FileCalls.MFD_ALLOW_SEALING
                        | (huge ? FileCalls.MFD_HUGETLB : 0);
        Attempt attempt = new Attempt(name, size, huge);
        FileCalls files = posix.files();
        int raw = files.memfdCreate(name, flags);
        attempt.check("create", "memfd_create", raw);
        OwnedFd file = OwnedFd.adopt(posix, raw, "region file " + name);
        try {
            long page = huge ? Math.max(1, status(file, "region " + name).blockSize()) : 1;
            long whole = wholePages(size, page);
            attempt.check("size", "ftruncate", files.ftruncate(raw, whole));
            attempt.check("allocate", "fallocate", files.fallocate(raw, 0, 0, whole));
            attempt.check("seal", "fcntl", files.addSeals(raw, SEALS));
            return file;
        } catch (UnixException e) {
            file.close();
            throw e;
        }
    }

    /** What is being created, for messages. */
    private record Attempt(String name, long size, boolean huge) {
        void check(String what, String call, int result) {
            if (result < 0) {
                throw new UnixException(
                        Kind.UNUSABLE,
                        ("cannot " + what + " region " + name + " of " + size + " bytes")
                                + (huge ? " on hugepages: " : ": ")
                                + (call + ": " + Posix.explainAny(call, result))
                                + (huge ? hugeHint(-result) : hint(-result)));
            }
        }

        private static String hint(int errno) {
            return switch (errno) {
                case Errno.ENOSPC, Errno.ENOMEM ->
                        ": not enough shared memory; use smaller rings or buffers, or raise the"
                                + " memory limit";
                default -> "";
            };
        }

        private static String hugeHint(int errno) {
            return switch (errno) {
                case Errno.ENOSPC, Errno.ENOMEM, Errno.ENOENT, Errno.EINVAL ->
                        ": not enough free hugepages; reserve some (sysctl vm.nr_hugepages) or"
                                + " switch hugepages off";
                default -> hint(errno);
            };
        }
    }

    /**
     * Takes over the application's own memory file, and maps it.
     *
     * @param file a memfd, or a file on tmpfs or hugetlbfs; stays the caller's if this throws
     * @param size in bytes, from the start of the file, which is at least that long
     * @param prefault whether to touch every page now
     * @return the region, the caller's to close
     * @throws UnixException if the file is of another kind, shorter, or cannot be mapped
     */
    public static Region adopt(String name, OwnedFd file, long size, boolean prefault) {
        Region region = new Region("region " + name, file, size);
        try {
            region.check();
        } catch (UnixException e) {
            throw new UnixException(Kind.UNUSABLE, "cannot use " + e.getMessage(), e);
        }
        region.map(prefault);
        if (region.sealed) {
            // If it cannot be done it has been done: only F_SEAL_SEAL forbids seals.
            region.withNumber(number -> Posix.of(file.calls()).files().addSeals(number, SEALS));
        }
        return region;
    }

    /**
     * Takes over a file that a peer announced as a region. Nothing is known of it until {@link
     * #check}, and nothing mapped until {@link #map}.
     *
     * @param file owned by the region from now on
     * @param size announced, in bytes
     * @return the region, the caller's to close
     */
    public static Region announced(int index, OwnedFd file, long size) {
        Region region = new Region("region " + index, file, size);
        region.announced = true;
        return region;
    }

    /**
     * Memory that is not a file, for callers that drive engines without a peer.
     *
     * @param size in bytes
     * @param windows over it, as {@link #windows} describes them
     * @param sealed whether it stays as long as it is
     * @param id of a file that shows it, null if nobody is to recognise it
     */
    public static Region over(long size, List<ByteBuffer> windows, boolean sealed, Id id) {
        Region region = new Region("region", null, size);
        region.windows = List.copyOf(windows);
        region.sealed = sealed;
        region.id = id;
        return region;
    }

    /** As {@link #over(long, List, boolean, Id)}, all of one buffer, sealed, without an id. */
    public static Region over(ByteBuffer memory) {
        return over(memory.capacity(), List.of(memory), true, null);
    }

    /** Counts with others than those of the process. */
    Region countedIn(Mappings others) {
        mappings = others;
        return this;
    }

    /** {@link Mappings} has counted its file as a peer's. */
    void admitted() {
        admitted = true;
    }

    /**
     * Looks at the file, and refuses what cannot be a region:
     *
     * <ul>
     *   <li>what is not a file in memory, whatever the seal policy: no other file has seals, and
     *       any other may make us wait. A peer's own file system can keep fstat, and later every
     *       access to a page, waiting for as long as it likes;
     *   <li>what is shorter than announced. An unsealed file may be cut at any time, so it is
     *       looked at again before it is mapped; a sealed one stays as it is.
     * </ul>
     *
     * @throws UnixException saying what is wrong with it
     */
    public synchronized void check() {
        int seals = withNumber(number -> Posix.of(file.calls()).files().getSeals(number));
        if (seals == -Errno.EINVAL || seals == -Errno.EBADF) {
            throw refusal("its descriptor is not a memory file (memfd, tmpfs or hugetlbfs)");
        }
        if (seals < 0) {
            throw refusal("cannot look at its seals: " + Errno.text(-seals));
        }
        FileStatus status = status(file, name);
        if (!status.isRegularFile()) {
            throw refusal("its descriptor is not a file");
        }
        if (status.size() < size) {
            throw refusal("size " + size + " announced, but its file has " + status.size());
        }
        if (status.blockSize() > WINDOW_STRIDE) {
            throw refusal("its pages have " + status.blockSize() + " bytes each");
        }
        found(seals, status);
    }

    private synchronized void found(int seals, FileStatus status) {
        sealed = (seals & FileCalls.F_SEAL_SHRINK) != 0;
        Posix posix = Posix.of(file.calls());
        long ordinary = posix.memory().pageSize();
        // A tmpfs that may use transparent hugepages says their size, too, and has no pool of them.
        huge = status.blockSize() > ordinary && isOnHugetlbfs(posix);
        pageSize = huge ? status.blockSize() : ordinary;
        id = new Id(status.device(), status.inode());
    }

    private boolean isOnHugetlbfs(Posix posix) {
        int answer = withNumber(number -> posix.files().isOnHugetlbfs(number));
        if (answer < 0) {
            throw refusal("cannot look at its file system: " + Errno.text(-answer));
        }
        return answer == 1;
    }

    private UnixException refusal(String what) {
        return new UnixException(Kind.UNUSABLE, name + ": " + what);
    }

    private static FileStatus status(OwnedFd file, String name) {
        FileStatus status = new FileStatus();
        int number = file.acquire();
        try {
            int result = Posix.of(file.calls()).files().fileStatus(number, status);
            if (result < 0) {
                throw new UnixException(
                        Kind.UNUSABLE, name + ": cannot look at its file: " + Errno.text(-result));
            }
            return status;
        } finally {
            file.release();
        }
    }

    private interface Use {
        int of(int number);
    }

    private int withNumber(Use use) {
        int number = file.acquire();
        try {
            return use.of(number);
        } finally {
            file.release();
        }
    }

    /**
     * Maps what a peer announced, after one more {@link #check} if it was not sealed at the last,
     * and closes the file: the memory does not need it.
     *
     * @throws UnixException if it does not pass the check, the kernel refuses, or a limit is
     *     reached
     */
    public void mapAnnounced(MappingLimits of) {
        limits = of;
        if (!sealed()) {
            check();
        }
        map(false);
        file.close();
    }

    private synchronized void map(boolean prefault) {
        if (ended) {
            throw refusal("it is closed");
        }
        int number = file.acquire();
        try {
            List<ByteBuffer> all = new ArrayList<>();
            int count = windowCount(size);
            for (int k = 0; k < count; k++) {
                long start = k * WINDOW_STRIDE;
                mapped.add(
                        mappings.map(
                                Posix.of(file.calls()),
                                name,
                                number,
                                start,
                                windowLength(k),
                                pageSize,
                                canFault(),
                                limits));
                all.add(mapped.get(k).buffer());
            }
            windows = List.copyOf(all);
            if (prefault) {
                prefault();
            }
        } catch (RuntimeException e) {
            mappings.end(takeMapped());
            letMemoryGo();
            throw e;
        } finally {
            file.release();
        }
    }

    /** Windows of a region of this size. */
    public static int windowCount(long size) {
        long beyond = Math.min(size, REACHABLE) - LONGEST_WINDOW;
        return beyond <= 0 ? 1 : 1 + (int) ((beyond + WINDOW_STRIDE - 1) / WINDOW_STRIDE);
    }

    /** Bytes in all windows of a region of this size. */
    public static long mappedLength(long size) {
        long length = 0;
        int count = windowCount(size);
        for (int k = 0; k < count; k++) {
            length += windowLength(size, k);
        }
        return length;
    }

    private static int windowLength(long size, int window) {
        return (int) Math.min(Math.min(size, REACHABLE) - window * WINDOW_STRIDE, LONGEST_WINDOW);
    }

    private int windowLength(int window) {
        return windowLength(size, window);
    }

    static long wholePages(long length, long page) {
        return (length + page - 1) / page * page;
    }

    /** Touches every page, so that none has to be mapped later. */
    private void prefault() {
        try {
            for (ByteBuffer window : windows) {
                for (long at = 0; at < window.capacity(); at += pageSize) {
                    touched += window.get((int) at);
                }
            }
            Faults.settle();
        } catch (InternalError e) {
            throw new UnixException(
                    Kind.UNUSABLE,
                    "cannot prefault "
                            + (size + " bytes: pages are missing, because the file was shrunk or")
                            + " there is no memory for them",
                    e);
        }
    }

    /**
     * One more link uses it.
     *
     * @throws UnixException if it has been closed
     */
    synchronized void retain() {
        if (closed) {
            throw new UnixException(Kind.UNUSABLE, name + " has been closed by its owner");
        }
        users++;
    }

    /**
     * Links that {@link #retain}ed them have ended. What ends with them ends together.
     *
     * @param regions one entry for each link; all counted in the same place
     * @param onFailure gets what goes wrong when a file is closed
     */
    static void release(List<Region> regions, Consumer<RuntimeException> onFailure) {
        List<Region> unused = new ArrayList<>();
        for (Region region : regions) {
            if (region.isLastUse()) {
                unused.add(region);
            }
        }
        end(unused, onFailure);
    }

    private synchronized boolean isLastUse() {
        users--;
        return endsNow();
    }

    /** No further link may use it; its memory goes with the last one that does. Idempotent. */
    @Override
    public void close() {
        if (isUnusedOnceClosed()) {
            end(
                    List.of(this),
                    e -> {
                        throw e;
                    });
        }
    }

    private synchronized boolean isUnusedOnceClosed() {
        closed = true;
        return endsNow();
    }

    /** True once. */
    private boolean endsNow() {
        boolean now = closed && users == 0 && !ended;
        ended |= now;
        return now;
    }

    private static void end(List<Region> regions, Consumer<RuntimeException> onFailure) {
        if (regions.isEmpty()) {
            return;
        }
        List<Mappings.Mapping> all = new ArrayList<>();
        regions.forEach(region -> all.addAll(region.takeMapped()));
        try {
            regions.get(0).mappings.end(all);
        } finally {
            regions.forEach(region -> region.letGo(onFailure));
        }
    }

    private synchronized List<Mappings.Mapping> takeMapped() {
        List<Mappings.Mapping> taken = List.copyOf(mapped);
        mapped.clear();
        windows = List.of();
        return taken;
    }

    private void letGo(Consumer<RuntimeException> onFailure) {
        letMemoryGo();
        try {
            if (file != null) {
                file.close();
            }
        } catch (RuntimeException e) {
            onFailure.accept(e);
        }
    }

    private synchronized void letMemoryGo() {
        if (admitted) {
            admitted = false;
            mappings.letGo(id);
        }
    }

    /** The file; stays the region's. */
    public OwnedFd file() {
        return file;
    }

    /** Its length in bytes, as announced or made. */
    public long size() {
        return size;
    }

    /**
     * The mapped memory. Once it has ended, buffers over it read zeros.
     *
     * @return windows; window {@code k} starts {@code k * WINDOW_STRIDE} bytes into the region
     * @throws IllegalStateException if it has ended, or was never mapped
     */
    public synchronized List<ByteBuffer> windows() {
        if (windows.isEmpty()) {
            throw new IllegalStateException(name + (ended ? " is closed" : " is not mapped"));
        }
        return windows;
    }

    /**
     * A part of the memory.
     *
     * @param offset of the first byte in the region
     * @param length in bytes
     * @throws IndexOutOfBoundsException if it leaves the region, lies beyond the first 4 GiB, which
     *     no descriptor reaches, or is longer than 1 GiB and lies beyond the first 2
     * @throws IllegalStateException if it has ended
     */
    public ByteBuffer slice(long offset, int length) {
        Objects.checkFromIndexSize(offset, length, size);
        List<ByteBuffer> all = windows();
        boolean first = offset + length <= all.get(0).capacity();
        int pick = first ? 0 : (int) Math.min(offset / WINDOW_STRIDE, all.size() - 1L);
        long at = offset - pick * WINDOW_STRIDE;
        Objects.checkFromIndexSize(at, length, all.get(pick).capacity());
        return all.get(pick).slice((int) at, length);
    }

    /**
     * A ring in it.
     *
     * @param offset of the ring in the region, bytes
     * @param log2Size 0 to 14
     * @param cacheLine 64 or 128, as the peer was built
     * @throws IndexOutOfBoundsException if it leaves the region
     */
    public Ring ring(long offset, int log2Size, int cacheLine) {
        ByteBuffer memory = slice(offset, Protocol.ringLength(log2Size, cacheLine));
        return new Ring(memory, 0, log2Size, cacheLine);
    }

    /** Which file it is; null if that is of no interest. */
    public Id id() {
        return id;
    }

    /** Whether its file can no longer be shortened, as last looked at. */
    public boolean sealed() {
        return sealed;
    }

    /**
     * Whether a peer can take pages away under us: by cutting the file, or on hugepages by punching
     * a hole, which no such seal forbids, and using up the last free page. Ordinary pages come back
     * as zeros.
     */
    public boolean canFault() {
        return !sealed || huge;
    }

    /**
     * The next access to where each window ends asks the file whether it is still that long. A
     * process that cuts it takes the pages away one after the other, the last one last, and may be
     * kept from its processor meanwhile.
     */
    synchronized void letLastPagesGo() {
        mapped.forEach(mapping -> mapping.letLastPageGo(pageSize));
    }

    /** Whether the peer brought it. */
    boolean isAnnounced() {
        return announced;
    }

    /** Whether it lies on hugepages, whose number is limited by the kernel's pool of them. */
    boolean isHuge() {
        return huge;
    }

    /** Size of its pages in bytes: the kernel's ordinary ones, or hugepages. */
    public long pageSize() {
        return pageSize;
    }

    /** What it is and its name or index, for messages. */
    @Override
    public String toString() {
        return name;
    }
}
