package io.memif;

import java.nio.ByteBuffer;

/**
 * Lets a handler see whole packets. A packet in one buffer passes through untouched; a chain is
 * first copied into one buffer. Use one assembler for each queue, from one thread at a time.
 *
 * <pre>{@code
 * PacketAssembler assembler = new PacketAssembler(handler, 65_535);
 * rx.poll(assembler, 64);
 * }</pre>
 *
 * <p>{@link PacketHandler} says what the handler may do to a buffer. The buffer that chains are
 * copied into belongs to the assembler. It is not shared, and it is big-endian at first as well.
 */
public final class PacketAssembler implements PacketHandler {
    private final PacketHandler delegate;
    private final ByteBuffer joined;
    private long tooLong;
    private boolean open;

    /**
     * An assembler in front of a handler.
     *
     * @param delegate gets whole packets, always with flags 0
     * @param maxPacketLength longest chained packet in bytes; longer ones are dropped and counted
     */
    public PacketAssembler(PacketHandler delegate, int maxPacketLength) {
        this.delegate = delegate;
        this.joined = ByteBuffer.allocateDirect(maxPacketLength);
    }

    @Override
    public void onPacket(ByteBuffer buffer, int offset, int length, int flags) {
        if (flags == 0) {
            open = false;
            delegate.onPacket(buffer, offset, length, 0);
            return;
        }
        if ((flags & CONTINUATION) == 0) {
            joined.clear();
            open = true;
        }
        // Not open: the rest of a packet that was too long, or whose start another link took along.
        if (!open) {
            return;
        }
        if (length > joined.remaining()) {
            tooLong++;
            open = false;
            return;
        }
        joined.put(joined.position(), buffer, offset, length).position(joined.position() + length);
        if ((flags & NEXT) == 0) {
            open = false;
            delegate.onPacket(joined, 0, joined.position(), 0);
        }
    }

    /** {@return the longest chained packet that is handed over, in bytes} */
    public int maxPacketLength() {
        return joined.capacity();
    }

    /**
     * Chained packets dropped because they were longer than allowed.
     *
     * @return 0 or more
     */
    public long tooLong() {
        return tooLong;
    }

    /** Whose packets it assembles, and up to which length. */
    @Override
    public String toString() {
        return "assembler of up to " + maxPacketLength() + " bytes for " + delegate;
    }
}
