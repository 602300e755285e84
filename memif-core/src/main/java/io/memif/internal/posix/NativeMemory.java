package io.memif.internal.posix;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Direct memory that the kernel is handed again and again, and its address: asking for that enters
 * the VM, so it is asked for once.
 */
final class NativeMemory {
    /** All of it, in native order; to be kept reachable during a call. */
    final ByteBuffer buffer;

    final long address;

    NativeMemory(int bytes) {
        this(ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder()));
    }

    private NativeMemory(ByteBuffer buffer) {
        this(buffer, LibC.baseAddress(buffer));
    }

    private NativeMemory(ByteBuffer buffer, long address) {
        this.buffer = buffer;
        this.address = address;
    }

    /** A part of it, which keeps the whole reachable. */
    NativeMemory part(int at, int bytes) {
        ByteBuffer part = buffer.slice(at, bytes).order(ByteOrder.nativeOrder());
        return new NativeMemory(part, address + at);
    }
}
