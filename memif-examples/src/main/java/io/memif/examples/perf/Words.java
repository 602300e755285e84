package io.memif.examples.perf;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** 64-bit words at any position of a buffer, little endian whatever the buffer's own order is. */
final class Words {
    private static final VarHandle LONG =
            MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private Words() {}

    static long get(ByteBuffer buffer, int at) {
        return (long) LONG.get(buffer, at);
    }

    static void put(ByteBuffer buffer, int at, long word) {
        LONG.set(buffer, at, word);
    }
}
