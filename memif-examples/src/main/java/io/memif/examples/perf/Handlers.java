package io.memif.examples.perf;

import io.memif.PacketHandler;
import java.nio.ByteBuffer;

/** What a sink does with the buffers it gets, one class for each {@link Touch}. */
final class Handlers {
    private Handlers() {}

    static PacketHandler of(Touch touch) {
        return switch (touch) {
            case NONE -> new LengthReader();
            case READ -> new PayloadReader();
            case COPY -> new PayloadCopier();
            default -> throw new IllegalArgumentException("touch=" + touch);
        };
    }

    /** Adds up lengths. */
    static final class LengthReader implements PacketHandler {
        private long bytes;

        @Override
        public void onPacket(ByteBuffer buffer, int offset, int length, int flags) {
            bytes += length;
        }

        long bytes() {
            return bytes;
        }
    }

    /** Loads every byte. The sum is kept, or the compiler would leave the loads out. */
    static final class PayloadReader implements PacketHandler {
        private long sum;

        @Override
        public void onPacket(ByteBuffer buffer, int offset, int length, int flags) {
            long here = 0;
            int end = offset + length;
            int at = offset;
            while (at <= end - Long.BYTES) {
                here += Words.get(buffer, at);
                at += Long.BYTES;
            }
            while (at < end) {
                here += buffer.get(at) & 0xff;
                at++;
            }
            sum += here;
        }

        long sum() {
            return sum;
        }
    }

    /** Copies each buffer to the heap. */
    static final class PayloadCopier implements PacketHandler {
        private final byte[] copy = new byte[PacketWriter.MAX_LENGTH];

        @Override
        public void onPacket(ByteBuffer buffer, int offset, int length, int flags) {
            buffer.get(offset, copy, 0, length);
        }

        byte[] copy() {
            return copy;
        }
    }
}
