package io.memif;

import java.nio.ByteBuffer;

/** Bulk copies between shared memory and the application's buffers, by absolute positions. */
final class Copy {
    private Copy() {}

    /** Appends to {@code target} at its position, which moves. */
    static void append(ByteBuffer from, int offset, int length, ByteBuffer target) {
        int at = target.position();
        target.put(at, from, offset, length);
        target.position(at + length);
    }
}
