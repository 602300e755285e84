package io.memif;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Numbers in network order, whatever the buffer's own. */
final class Bytes {
    private static final VarHandle SHORT =
            MethodHandles.byteBufferViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG =
            MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private Bytes() {}

    static int u8(ByteBuffer buffer, int at) {
        return buffer.get(at) & 0xff;
    }

    static int u16(ByteBuffer buffer, int at) {
        return (short) SHORT.get(buffer, at) & 0xffff;
    }

    static long u48(ByteBuffer buffer, int at) {
        return (long) u16(buffer, at) << 32
                | (long) u16(buffer, at + 2) << 16
                | u16(buffer, at + 4);
    }

    static long i64(ByteBuffer buffer, int at) {
        return (long) LONG.get(buffer, at);
    }
}
