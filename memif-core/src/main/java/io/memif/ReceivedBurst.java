package io.memif;

import io.memif.internal.memory.Region;
import io.memif.internal.memory.RegionTable;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * Received buffers that the application keeps for a while. {@link RxQueue#hold} fills a burst,
 * {@link RxQueue#release(ReceivedBurst)} gives its buffers back. Reusable; one thread at a time may
 * use it.
 *
 * <pre>{@code
 * ReceivedBurst burst = new ReceivedBurst(64);
 * if (rx.hold(burst) > 0) {
 *     for (int i = 0; i < burst.count(); i++) {
 *         tx.offer(burst.buffer(i), burst.offset(i), burst.length(i));
 *     }
 *     rx.release(burst);
 *     tx.flush();
 * }
 * }</pre>
 *
 * <p>When the link goes down, the buffers read as zeros. To be sure that what was read was the
 * packet, compare {@link #link} with {@link RxQueue#link} afterwards: they are equal as long as the
 * link has not ended. Until it is filled again or dropped, a burst keeps the addresses of an ended
 * link from being given back; the memory itself is free at once. On memory that the peer can
 * shrink, reading is at the reader's own risk: see {@link io.memif.SealPolicy}.
 *
 * <p>Buffers are big-endian at first. Several entries of a burst can be one buffer object with
 * different offsets, so position, limit and order that are set on one are set on all. The received
 * bytes may be written, for example before {@link TxQueue#forward} sends them on. The peer that
 * sent them may see that.
 */
public final class ReceivedBurst {
    private final ByteBuffer[] buffers;
    private final int[] offsets;
    private final int[] lengths;

    /** Buffer that a copy has got to, and how many of its bytes. */
    private int copied;

    private int copiedBytes;
    private final int[] flags;
    private final Region.Id[] memories;
    private final long[] memoryOffsets;
    private int count;
    private long link;

    /** Number of the ring it was filled from, among those of the queue. */
    private int ring;

    /** What its queue counts as taken by it: free-running numbers of held buffers. */
    private int heldFrom;

    private int heldTo;

    /** The memory that the buffers lie in; null before the burst was filled for the first time. */
    private RegionTable source;

    /**
     * An empty burst.
     *
     * @param capacity maximum number of buffers, 1 or more
     */
    public ReceivedBurst(int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity=" + capacity);
        }
        buffers = new ByteBuffer[capacity];
        offsets = new int[capacity];
        lengths = new int[capacity];
        flags = new int[capacity];
        memories = new Region.Id[capacity];
        memoryOffsets = new long[capacity];
    }

    /** {@return maximum number of buffers} */
    public int capacity() {
        return buffers.length;
    }

    /**
     * Number of buffers in the burst.
     *
     * @return 0 to the capacity
     */
    public int count() {
        return count;
    }

    /**
     * The number of the link that its buffers came from. Each link has another number.
     *
     * @return 0 before the burst was filled for the first time
     */
    public long link() {
        return link;
    }

    /**
     * The memory of a buffer.
     *
     * @param i 0 to count - 1
     * @return shared memory whose limit is its capacity; read it with absolute gets
     */
    public ByteBuffer buffer(int i) {
        return buffers[i];
    }

    /**
     * Where a buffer starts.
     *
     * @param i 0 to count - 1
     * @return position in {@link #buffer}
     */
    public int offset(int i) {
        return offsets[i];
    }

    /**
     * How long it is.
     *
     * @param i 0 to count - 1
     * @return bytes, 1 to 65535
     */
    public int length(int i) {
        return lengths[i];
    }

    /**
     * Whether it is part of a chain.
     *
     * @param i 0 to count - 1
     * @return {@link PacketHandler#NEXT} and {@link PacketHandler#CONTINUATION}
     */
    public int flags(int i) {
        return flags[i];
    }

    /**
     * The number of buffers of a packet, counted to the end of the burst.
     *
     * @param first index of the packet's first buffer, 0 to count - 1
     * @return 1 or more; {@link #isWhole} says whether the packet is complete
     */
    public int buffersOfPacket(int first) {
        Objects.checkIndex(first, count);
        int last = first;
        while ((flags[last] & PacketHandler.NEXT) != 0 && last + 1 < count) {
            last++;
        }
        return last + 1 - first;
    }

    /**
     * Whether a packet begins at a buffer and ends within the burst. A burst cuts a packet only if
     * it has too little capacity for it.
     *
     * @param first 0 to count - 1
     * @return false for the parts of a packet that has more buffers than the burst takes
     */
    public boolean isWhole(int first) {
        int last = first + buffersOfPacket(first) - 1;
        return (flags[first] & PacketHandler.CONTINUATION) == 0
                && (flags[last] & PacketHandler.NEXT) == 0;
    }

    /** Which file a buffer lies in, or null. */
    Region.Id memory(int i) {
        return memories[i];
    }

    /** Offset of a buffer in that file. */
    long memoryOffset(int i) {
        return memoryOffsets[i];
    }

    /** The next {@link #copy} begins with the packet whose first buffer this is. */
    void copyFrom(int first) {
        copied = first;
        copiedBytes = 0;
    }

    /** Copies the bytes that follow those copied last. */
    void copy(ByteBuffer to, int at, int length) {
        int done = 0;
        while (done < length) {
            int now = Math.min(length - done, lengths[copied] - copiedBytes);
            to.put(at + done, buffers[copied], offsets[copied] + copiedBytes, now);
            done += now;
            copiedBytes += now;
            if (copiedBytes == lengths[copied]) {
                copyFrom(copied + 1);
            }
        }
    }

    int ring() {
        return ring;
    }

    /** Whether the ring of an engine waits for buffers that it took. */
    boolean isHeldBy(RxEngine engine) {
        return link == engine.serial
                && ring == engine.number
                && heldTo - engine.heldHead > 0
                && heldTo != heldFrom;
    }

    int heldFrom() {
        return heldFrom;
    }

    int heldTo() {
        return heldTo;
    }

    /** Whether what has been read from its buffers may have been zeros: their link has ended. */
    boolean hasEnded() {
        return source.hasEnded();
    }

    /** Buffers that it can still take. */
    int free() {
        return buffers.length - count;
    }

    /** References are stored only when they change: each store costs a barrier of the collector. */
    @SuppressWarnings("ReferenceEquality")
    void add(ByteBuffer buffer, int offset, int length, int flag) {
        if (buffers[count] != buffer) {
            buffers[count] = buffer;
        }
        offsets[count] = offset;
        lengths[count] = length;
        flags[count] = flag;
        count++;
        heldTo++;
    }

    /** Says where the buffer added last lies, for those who might see the same memory. */
    @SuppressWarnings("ReferenceEquality")
    void memory(Region.Id memory, long offset) {
        if (memories[count - 1] != memory) {
            memories[count - 1] = memory;
        }
        memoryOffsets[count - 1] = offset;
    }

    /**
     * Empties it for a hold. What it has taken before and not given back stays its own, if nothing
     * else was taken since.
     *
     * @param next number of the next buffer that the engine takes
     */
    void begin(RxEngine engine, int next) {
        boolean holds = isHeldBy(engine);
        if (holds && heldTo != next) {
            throw new IllegalStateException(
                    "the burst still holds buffers, and others were taken after them: release it");
        }
        if (!holds) {
            heldFrom = next;
            heldTo = next;
        }
        count = 0;
        link = engine.serial;
        ring = engine.number;
        if (source != engine.table()) {
            source = engine.table();
        }
    }

    /** It no longer holds anything. */
    void forget() {
        count = 0;
        heldFrom = heldTo;
    }

    /** How many buffers of which link it holds. */
    @Override
    public String toString() {
        return count + " of " + buffers.length + " buffers, of link " + link;
    }
}
