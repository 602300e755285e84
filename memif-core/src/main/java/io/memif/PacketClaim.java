package io.memif;

import java.nio.ByteBuffer;

/**
 * A transmit buffer to be written in place. {@link TxQueue#tryClaim} opens it; {@link #commit()} or
 * {@link #abort} ends it. Reusable; one thread at a time may use it.
 *
 * <pre>{@code
 * PacketClaim claim = new PacketClaim();
 * if (tx.tryClaim(100, claim) == 1) {
 *     claim.buffer().putLong(claim.offset(), System.nanoTime());
 *     claim.commit();
 *     tx.flush();
 * }
 * }</pre>
 *
 * <p>The memory is shared, so the peer may see what is written at any moment. When the link goes
 * down while the claim is open, writing has no effect, and a commit returns NOT_CONNECTED or sends
 * nothing. Until it is opened again or dropped, a claim keeps the addresses of an ended link from
 * being given back; the memory itself is free at once. On memory that the peer can shrink, writing
 * is at the writer's own risk: see {@link io.memif.SealPolicy}.
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
    @SuppressWarnings("ReferenceEquality")
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
     * The memory to write to, with absolute puts. It is big-endian unless another order was set on
     * an earlier claim of the queue. Position and limit may be moved; the next claim finds the
     * limit at the capacity again and the position undefined. After the link went down, a put has
     * no effect. If the peer has shrunk its file, a put throws InternalError.
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
     * Number of bytes claimed.
     *
     * @return 1 to 65535
     */
    public int length() {
        return length;
    }

    /**
     * Stages the packet with the claimed length.
     *
     * @return 1; {@link TxQueue#NOT_CONNECTED} if the link has gone down; or {@link
     *     TxQueue#SOURCE_GONE} if memory that the packet may have been copied from is gone
     * @throws IllegalStateException if the claim is not open
     */
    public int commit() {
        return commit(length);
    }

    /**
     * Stages the packet.
     *
     * @param actualLength number of bytes written, 1 to the claimed length
     * @return 1; {@link TxQueue#NOT_CONNECTED} if the link has gone down; or {@link
     *     TxQueue#SOURCE_GONE} if memory that the packet may have been copied from is gone
     * @throws IllegalStateException if the claim is not open
     * @throws IllegalArgumentException if {@code actualLength} is out of range; the claim stays
     *     open
     */
    public int commit(int actualLength) {
        if (actualLength < 1 || actualLength > length) {
            throw new IllegalArgumentException(
                    "actualLength=" + actualLength + " length=" + length);
        }
        return owner().commit(this, actualLength);
    }

    /**
     * Gives the buffer up without sending it.
     *
     * @throws IllegalStateException if the claim is not open
     */
    public void abort() {
        owner().commit(this, 0);
    }

    private TxEngine owner() {
        if (!open) {
            throw new IllegalStateException("the claim is not open");
        }
        return engine;
    }

    boolean isOpen() {
        return open;
    }

    /** The owner has taken the buffer back. */
    void close() {
        open = false;
    }

    /** Whether it is open, and where. */
    @Override
    public String toString() {
        return open ? "claim of " + length + " bytes at " + offset : "no open claim";
    }
}
