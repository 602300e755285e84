package io.memif.internal.posix;

import java.nio.ByteBuffer;
import jnr.ffi.Pointer;

/** Checks and addresses of direct buffers. */
final class Direct {
    private Direct() {}

    static void require(ByteBuffer buffer) {
        if (!buffer.isDirect()) {
            throw new IllegalArgumentException(
                    "a direct buffer is needed: the kernel keeps its address");
        }
    }

    /** Address of index 0 of a direct buffer; stays right as long as the buffer is reachable. */
    static long address(ByteBuffer buffer) {
        require(buffer);
        ByteBuffer whole = buffer.duplicate();
        whole.clear();
        return Pointer.wrap(NativeLibrary.get().runtime, whole).address();
    }
}
