package io.memif.internal.posix;

import com.kenai.jffi.MemoryIO;
import java.nio.ByteBuffer;

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
        return MemoryIO.getInstance().getDirectBufferAddress(buffer);
    }
}
