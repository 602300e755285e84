package io.memif;

import java.nio.ByteBuffer;

/**
 * A transmit buffer to be written in place: filled by {@code tryClaim}, ended by {@link #commit} or
 * {@link #abort}. Reusable; one thread at a time. While it is open the buffer is ours; the memory
 * is shared, so what is written may be seen by the peer at any moment.
 *
 * <p>When the link goes down while it is open, writing has no effect any more, and a commit answers
 * NOT_CONNECTED or sends nothing. Until it is opened again, or dropped, a claim keeps the addresses
 * it was opened on from being given back; the memory itself is free at once. On memory that the
 * peer can cut, writing is at the writer's own risk: see {@link io.memif.SealPolicy}.
 */
public final class PacketClaim {
    private TxEngine engine;
    private ByteBuffer buffer;
    private int offset;
    private int length;
    private boolean open;

    /** A claim that is not open. */
    public PacketClaim() {}

    /** References are stored only when they change: each store costs a barrier of the collector. */
    void open(TxEngine owner, ByteBuffer memory, int at, int bytes) {
        if (engine != owner) {
            engine = owner;
        }
        if (buffer != memory) {
            buffer = memory;
        }
        offset = at;
        length = bytes;
        open = true;
    }

    /**
     * The memory to write to, with absolute puts; big-endian unless another order has been set for
     * the queue's claims before. Position and limit may be moved: the next claim finds the limit at
     * the capacity again, and the position anywhere. When the link goes down before the commit, a
     * put has no effect; if the peer has cut its file, it throws InternalError.
     *
     * @return shared memory
     */
    public ByteBuffer buffer() {
        return buffer;
    }

    /**
     * Where the packet starts.
     *
     * @return position in {@link #buffer}
     */
    public int offset() {
        return offset;
    }

    /**
     * Bytes claimed.
     *
     * @return 1 to 65535
     */
    public int length() {
        return length;
    }

    /**
     * Stages the packet with the claimed length.
     *
     * @return 1, or {@link TxQueue#NOT_CONNECTED} if the link went down in between
     * @throws IllegalStateException if the claim is not open
     */
    public int commit() {
        return commit(length);
    }

    /**
     * Stages the packet.
     *
     * @param actualLength bytes written, 1 to the claimed length
     * @return 1, or {@link TxQueue#NOT_CONNECTED} if the link went down in between
     * @throws IllegalStateException if the claim is not open
     * @throws IllegalArgumentException if {@code actualLength} is out of range; the claim stays
     *     open
     */
    public int commit(int actualLength) {
        if (actualLength < 1 || actualLength > length) {
            throw new IllegalArgumentException(
                    "actualLength=" + actualLength + " length=" + length);
        }
        return close().commit(offset, actualLength);
    }

    /**
     * Gives the buffer up unsent.
     *
     * @throws IllegalStateException if the claim is not open
     */
    public void abort() {
        close().abort();
    }

    private TxEngine close() {
        if (!open) {
            throw new IllegalStateException("the claim is not open");
        }
        open = false;
        return engine;
    }

    /** Whether it is open, and where. */
    @Override
    public String toString() {
        return open ? "claim of " + length + " bytes at " + offset : "no open claim";
    }
}
