package io.memif.internal.memory;

import io.memif.internal.posix.MemoryCalls;
import io.memif.internal.posix.Posix;
import io.memif.unix.UnixException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * The regions of one link by index: their windows for the data path, the check of descriptors, and
 * the end of their memory. Immutable and flat but for its end.
 *
 * <h2>What is checked before a number of the peer's reaches memory</h2>
 *
 * <p>An index (head or tail) is 16 bits and free-running. Its distance from ours is clamped: to the
 * ring size on rings that the peer fills or posts on, and for a slave that receives to the slots
 * that it has posted. What is used of a descriptor is the copy that was checked.
 *
 * <ul>
 *   <li>As master, in both directions, region, offset and length are the peer's: {@link #holds}.
 *       The region is one that was announced, the length 1 to {@link RingLayout#MAX_BUFFER_LENGTH},
 *       the end within the announced size; all sums in {@code long}. This check may be skipped for
 *       a slot that names the region of the last one which has passed it and ends within its first
 *       window, with a length in the same range: {@link #holdsBelow}.
 *   <li>As slave that receives, the offset is our own, whatever the descriptor says. Region and
 *       length are checked: {@link #returned}.
 *   <li>As slave that sends, nothing is read back. A caller's packet in place lies in a region that
 *       was announced, where a descriptor can name it: {@link #find}.
 *   <li>In a chain each part is checked alone, and the packet is dropped as one if one part fails;
 *       NEXT through the whole ring drops the ring's content.
 * </ul>
 *
 * <p>{@link Region#check} checks that an announced region has the size it claims, when it arrives
 * and again when it is mapped. Later nobody checks that it still has it: an access beyond a cut
 * throws InternalError, see {@link Faults}.
 *
 * <h2>The end of the memory</h2>
 *
 * <p>{@link #close} ends the link's memory. An access that comes later reads zeros, so zeros must
 * not be taken for packets. Engines therefore bracket each call with {@link User#enter} and {@link
 * User#exit}. Whichever comes last, the close or the exit of the last engine that was inside,
 * releases the regions; no engine's call ever sees pages being replaced. A buffer that a call has
 * handed out, and that is used after the call, reads zeros once the link has ended. Code that keeps
 * one asks {@link #hasEnded} after it has read.
 *
 * <p>It takes no fence on the way in and out. {@code enter} stores {@code inside} and then loads
 * {@code ended}; {@code close} stores {@code ended} and then loads {@code inside}. Each must see
 * the other's store or be seen, for which both would need a full fence between store and load. The
 * one in {@code enter} is made by {@code close} on its behalf, with membarrier(2): it executes a
 * full fence on every running thread of the process. In program order, the fence falls either
 * before or after the store of {@code inside}. If it falls before, the load of {@code ended} that
 * follows sees true. If it falls after, {@code close} sees {@code inside} and leaves the release to
 * {@code exit}. The same goes for the pair in {@code exit}: the store that clears {@code inside},
 * and the load of {@code ended} after it. Until {@code close} has been through its fence, an engine
 * that goes out leaves the release to it. Where there is no membarrier(2), engines make their
 * fences themselves.
 *
 * <p>{@link #hasEnded} needs neither. Pages are replaced after {@code ended} was set; a load from a
 * replaced page is followed, after a load fence, by a load of {@code ended} that sees true.
 */
public final class RegionTable implements AutoCloseable {
    private static final int WINDOWS_LOG2 = 2;
    private static final int STRIDE_LOG2 = 30;

    /** A descriptor's offset has 32 bits. */
    private static final long REACHABLE = 1L << 32;

    /** Null where engines make their own fences. */
    private static final MemoryCalls BARRIER = barrierOrNull();

    /** Tables whose memory can fault, until it is released. */
    private static final Set<RegionTable> FAULTABLE = ConcurrentHashMap.newKeySet();

    static final boolean FENCED_BY_CLOSE = BARRIER != null;

    private final ByteBuffer[] windows;
    private final long[] bases;
    private final long[] sizes;
    private final Region[] regions;
    private final boolean canFault;
    private final List<User> users = new ArrayList<>();
    private final Consumer<RuntimeException> onFailure;
    private final Executor releaser;
    private volatile boolean ended;

    /** Whether all engines have passed a fence since the end. */
    private boolean fenced;

    private boolean released;

    /** Keeps the compiler from leaving out reads whose result nobody needs. */
    private int probed;

    /**
     * A table of mapped regions, each retained until the table's memory ends.
     *
     * @param byIndex entry {@code i} is region {@code i}; null where no such region exists
     * @param onFailure gets what goes wrong when a region is released, on the thread that does it
     * @param releaser where regions are released when a data thread finds that they are to be,
     *     since that takes time for each page of the peer; called once at most
     * @throws UnixException if the owner of one has closed it; then none is retained
     */
    public RegionTable(
            List<Region> byIndex, Consumer<RuntimeException> onFailure, Executor releaser) {
        this.onFailure = onFailure;
        this.releaser = releaser;
        int count = byIndex.size();
        windows = new ByteBuffer[count << WINDOWS_LOG2];
        bases = new long[count << WINDOWS_LOG2];
        sizes = new long[count];
        regions = byIndex.toArray(new Region[0]);
        boolean any = false;
        int retained = 0;
        try {
            for (; retained < count; retained++) {
                if (regions[retained] != null) {
                    regions[retained].retain();
                }
            }
        } finally {
            if (retained < count) {
                release(Arrays.asList(regions).subList(0, retained), onFailure);
            }
        }
        for (int index = 0; index < count; index++) {
            if (regions[index] != null) {
                fill(index, regions[index]);
                any |= regions[index].canFault();
            }
        }
        canFault = any;
        if (canFault) {
            FAULTABLE.add(this);
        }
    }

    /** A table whose release throws what goes wrong, for whoever drives engines without a peer. */
    public static RegionTable of(Region... byIndex) {
        return new RegionTable(
                Arrays.asList(byIndex),
                e -> {
                    throw e;
                },
                Runnable::run);
    }

    private void fill(int index, Region region) {
        List<ByteBuffer> own = region.windows();
        sizes[index] = region.size();
        for (int k = 0; k < 1 << WINDOWS_LOG2; k++) {
            int at = index << WINDOWS_LOG2 | k;
            int pick = Math.min(k, own.size() - 1);
            windows[at] = pick < k ? windows[at - 1] : own.get(pick).duplicate().clear();
            bases[at] = pick * Region.WINDOW_STRIDE;
        }
    }

    private static MemoryCalls barrierOrNull() {
        try {
            MemoryCalls calls = Posix.open().memory();
            return calls.registerBarrier() == 0 ? calls : null;
        } catch (UnsupportedOperationException e) {
            // No native calls, no regions of a peer: nothing will ever be replaced.
            return null;
        }
    }

    /**
     * What stands between a peer's descriptor and a memory access.
     *
     * @param region 0 to 65535
     * @param offset 0 to 2^32 - 1
     * @param length 0 to 2^32 - 1
     * @return whether the bytes lie in a region, are at least one and at most {@link
     *     RingLayout#MAX_BUFFER_LENGTH}
     */
    public boolean holds(int region, long offset, long length) {
        return region < sizes.length
                && length - 1 < RingLayout.MAX_BUFFER_LENGTH
                && length > 0
                && offset + length <= sizes[region];
    }

    /**
     * As {@link #holds}, for a region and a reach in it that are known.
     *
     * @param reach below it all offsets are positions in a known window
     * @param offset 0 to 2^32 - 1
     * @param length 0 to 2^32 - 1
     * @param needed 1 or more
     * @return whether {@code length} bytes lie below, and are enough and not too many
     */
    public static boolean holdsBelow(long reach, long offset, long length, int needed) {
        return offset + length <= reach
                && needed <= length
                && length <= RingLayout.MAX_BUFFER_LENGTH;
    }

    /**
     * What a slave that receives asks of a descriptor that the master has filled.
     *
     * @param low first half of the descriptor
     * @param capacity of each buffer, bytes
     * @return whether it names our region and a length from 1 to the capacity
     */
    public static boolean returned(long low, int region, int capacity) {
        return Ring.region(low) == region && Ring.length(low) - 1 < capacity && low >>> 32 != 0;
    }

    /**
     * Where the peer sees a piece of memory.
     *
     * @param length in bytes, 1 or more
     * @return index of a region that holds all of it, or -1
     */
    public int find(Region.Id id, long offset, int length) {
        for (int region = 0; region < sizes.length; region++) {
            if (id.equals(id(region << WINDOWS_LOG2))
                    && offset >= 0
                    && offset <= Math.min(sizes[region], REACHABLE) - length) {
                return region;
            }
        }
        return -1;
    }

    /**
     * Reads where every region ends, since a file that was cut lacks its last page, and each of the
     * larger pages, which can be missing anywhere. From any thread.
     *
     * @throws InternalError if a page is missing; maybe later, see {@link Faults#settle}
     */
    private void probe() {
        for (int index = 0; index < regions.length; index++) {
            if (regions[index] != null) {
                probe(index);
            }
        }
    }

    private void probe(int index) {
        regions[index].letLastPagesGo();
        boolean huge = regions[index].isHuge();
        long pageSize = regions[index].pageSize();
        int sum = 0;
        for (int pick = index << WINDOWS_LOG2; pick < index + 1 << WINDOWS_LOG2; pick++) {
            ByteBuffer whole = windows[pick].duplicate().clear();
            for (long at = 0; huge && at < whole.capacity(); at += pageSize) {
                sum += whole.get((int) at);
            }
            sum += whole.get(whole.capacity() - 1);
        }
        probed = sum;
    }

    /**
     * What the operator gets to read when memory is gone: whose file it is. From any thread.
     *
     * @param fault thrown by an access to it
     */
    public String reason(InternalError fault) {
        for (int index = 0; index < regions.length; index++) {
            if (isBrought(regions[index])) {
                try {
                    probe(index);
                    Faults.settle();
                } catch (InternalError cut) {
                    return "shared memory is gone: somebody has shrunk the file of "
                            + regions[index]
                            + ", which this side created, or punched a hole into it ("
                            + cut.getMessage()
                            + ")";
                }
            }
        }
        return Faults.reason(fault);
    }

    /** The windows by their number, for one user: nobody else moves their position or limit. */
    @SuppressWarnings("ReferenceEquality")
    public ByteBuffer[] windows() {
        ByteBuffer[] own = windows.clone();
        for (int at = 0; at < own.length; at++) {
            if (at > 0 && windows[at] == windows[at - 1]) {
                own[at] = own[at - 1];
            } else if (own[at] != null) {
                own[at] = own[at].duplicate();
            }
        }
        return own;
    }

    /** The windows by their number, for all: nobody moves their position or limit. */
    public ByteBuffer[] fixedWindows() {
        return windows;
    }

    /** Whether any region {@linkplain Region#canFault can fault}. */
    public boolean canFault() {
        return canFault;
    }

    /**
     * Looks at the memory of every link that can fault, and tells the engines of those whose memory
     * is gone; first those that know whose file it was, since they brought it. From any thread.
     *
     * @return whether there was one
     */
    public static boolean findLost() {
        boolean any = false;
        for (boolean brought : new boolean[] {true, false}) {
            for (RegionTable table : FAULTABLE) {
                any |= table.hasBrought() == brought && table.isLost();
            }
        }
        return any;
    }

    private boolean hasBrought() {
        return Arrays.stream(regions).anyMatch(RegionTable::isBrought);
    }

    /** Whether this side brought the file of a region, and not the peer. */
    private static boolean isBrought(Region region) {
        return region != null && !region.isAnnounced();
    }

    /**
     * Whether a buffer shows memory of a link that can fault. True for as long as the link's pages
     * may be missing, except where the kernel refuses to replace them, see {@link Mappings}.
     */
    public static boolean isOfLink(ByteBuffer buffer) {
        if (!buffer.isDirect()) {
            return false;
        }
        long address = MemoryCalls.address(buffer);
        return FAULTABLE.stream().anyMatch(table -> table.contains(address));
    }

    private boolean contains(long address) {
        for (ByteBuffer window : windows) {
            if (window != null && isWithin(window, address)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isWithin(ByteBuffer window, long address) {
        long from = MemoryCalls.address(window);
        return from <= address && address < from + window.capacity();
    }

    /** Whether there is a link whose memory can fault. */
    public static boolean anyCanFault() {
        return !FAULTABLE.isEmpty();
    }

    /** Whether the memory of this link can fault, and that of no other. */
    public boolean isOnlyOneThatCanFault() {
        return canFault && FAULTABLE.size() == 1;
    }

    private boolean isLost() {
        try {
            probe();
            Faults.settle();
            return false;
        } catch (InternalError cut) {
            for (User user : users()) {
                user.memoryLost(cut);
            }
            return true;
        }
    }

    private synchronized List<User> users() {
        return List.copyOf(users);
    }

    /** Number of the window for a checked descriptor. */
    public static int pick(int region, long offset) {
        return region << WINDOWS_LOG2 | (int) (offset >>> STRIDE_LOG2);
    }

    /** Index of the region that a window shows. */
    public static int regionOf(int pick) {
        return pick >>> WINDOWS_LOG2;
    }

    public ByteBuffer window(int pick) {
        return windows[pick];
    }

    /** Position in the picked window of a checked offset. */
    public int position(int pick, long offset) {
        return (int) (offset - bases[pick]);
    }

    /** Offset in the region of a position in the picked window. */
    public long offset(int pick, int position) {
        return bases[pick] + position;
    }

    /** Which file the picked window shows, or null. */
    public Region.Id id(int pick) {
        Region region = regions[pick >> WINDOWS_LOG2];
        return region == null ? null : region.id();
    }

    /** One more than the highest index. */
    public int size() {
        return regions.length;
    }

    /** The region of an index below {@link #size}; null if there is none. */
    public Region region(int index) {
        return regions[index];
    }

    /** Whether what was read before this call may have been zeros in place of the peer's bytes. */
    public boolean hasEnded() {
        VarHandle.loadLoadFence();
        return ended;
    }

    /** Whether the regions have been given to the releaser: no engine is inside. */
    public synchronized boolean isReleased() {
        return released;
    }

    private synchronized void add(User user) {
        users.add(user);
    }

    /**
     * The link has ended. Its regions are released at once, here, or by the releaser when the
     * engine that is inside comes out. Idempotent; on a thread that may take its time.
     */
    @Override
    public void close() {
        closeAll(List.of(this));
    }

    /**
     * Several links have ended: as {@link #close} of each, with one fence for all.
     *
     * @param tables to be closed by this thread alone; what goes wrong goes to where the first one
     *     reports it
     */
    public static void closeAll(Collection<RegionTable> tables) {
        List<RegionTable> open = new ArrayList<>();
        for (RegionTable table : tables) {
            if (!table.ended) {
                table.ended = true;
                open.add(table);
            }
        }
        if (open.isEmpty()) {
            return;
        }
        if (FENCED_BY_CLOSE) {
            BARRIER.barrier();
        } else {
            VarHandle.fullFence();
        }
        List<RegionTable> unused = new ArrayList<>();
        for (RegionTable table : open) {
            synchronized (table) {
                table.fenced = true;
            }
            if (table.isToBeReleased(false)) {
                unused.add(table);
            }
        }
        releaseAll(unused);
    }

    /** Releases the regions although an engine may still be inside, which then reads zeros. */
    public void releaseAnyway() {
        releaseBy(releaser, true);
    }

    private void releaseBy(Executor where, boolean used) {
        if (isToBeReleased(used)) {
            where.execute(() -> releaseAll(List.of(this)));
        }
    }

    /** True once, and then the caller releases the regions. */
    private synchronized boolean isToBeReleased(boolean used) {
        // Before the fence an engine may be inside that cannot be seen yet.
        boolean now = ended && !released && (used || fenced && !isUsed());
        released |= now;
        return now;
    }

    private boolean isUsed() {
        for (User user : users) {
            if ((int) User.INSIDE.getAcquire(user) != 0) {
                return true;
            }
        }
        return false;
    }

    private static void releaseAll(List<RegionTable> tables) {
        List<Region> regions = new ArrayList<>();
        tables.forEach(table -> regions.addAll(Arrays.asList(table.regions)));
        if (!tables.isEmpty()) {
            try {
                release(regions, tables.get(0).onFailure);
            } finally {
                tables.forEach(FAULTABLE::remove);
            }
        }
    }

    /** The regions of some tables, or of a part of one; null where there is none. */
    private static void release(List<Region> regions, Consumer<RuntimeException> onFailure) {
        List<Region> existing = new ArrayList<>();
        for (Region region : regions) {
            if (region != null) {
                existing.add(region);
            }
        }
        Region.release(existing, onFailure);
    }

    /** An engine that uses the table's memory from one thread at a time. */
    public abstract static class User extends Padded {
        static final VarHandle INSIDE;

        static {
            try {
                INSIDE = MethodHandles.lookup().findVarHandle(User.class, "inside", int.class);
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        private final RegionTable table;

        /** Calls under way, one within the other. */
        private int inside;

        /** The table keeps it, and calls it when an engine has met a fault, so not yet. */
        @SuppressWarnings("this-escape")
        protected User(RegionTable table) {
            this.table = table;
            table.add(this);
        }

        public final RegionTable table() {
            return table;
        }

        /**
         * The table's memory is gone. From any thread, any number of times.
         *
         * @param cut what an access to it threw
         */
        protected abstract void memoryLost(InternalError cut);

        /**
         * Begins a call that uses the memory.
         *
         * @return false if the link has ended: then there is nothing to exit
         */
        protected final boolean enter() {
            INSIDE.setOpaque(this, inside + 1);
            fence();
            if (table.ended) {
                exit();
                return false;
            }
            return true;
        }

        /** Ends a call that {@link #enter} began. */
        protected final void exit() {
            INSIDE.setRelease(this, inside - 1);
            fence();
            if (table.ended) {
                table.releaseBy(table.releaser, false);
            }
        }

        /**
         * Keeps the compiler's order of a store and a load; {@link #close} does the processors'.
         */
        private static void fence() {
            if (FENCED_BY_CLOSE) {
                VarHandle.releaseFence();
                VarHandle.acquireFence();
            } else {
                VarHandle.fullFence();
            }
        }
    }
}
