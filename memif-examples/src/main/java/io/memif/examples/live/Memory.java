package io.memif.examples.live;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.util.ArrayList;
import java.util.List;

/**
 * A region of somebody else's link, mapped read-only in windows of 1 GiB; beyond the first 5, which
 * no 32-bit offset reaches, nothing is mapped. The collector unmaps it.
 *
 * <p>Nothing keeps the others from cutting an unsealed file: an access then throws InternalError.
 */
final class Memory {
    private static final int SHIFT = 30;
    private static final long WINDOW = 1L << SHIFT;
    private static final int MOST_WINDOWS = 5;
    private static final VarHandle SHORT =
            MethodHandles.byteBufferViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT =
            MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG =
            MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final long size;
    private final List<MappedByteBuffer> windows = new ArrayList<>();

    /** Maps a file, all of it as it is now. */
    Memory(FileChannel file) throws IOException {
        size = Math.min(file.size(), MOST_WINDOWS * WINDOW);
        for (long at = 0; at < size; at += WINDOW) {
            windows.add(file.map(MapMode.READ_ONLY, at, Math.min(WINDOW, size - at)));
        }
    }

    /** Bytes that can be read. */
    long size() {
        return size;
    }

    /** Whether all of these bytes can be read. */
    boolean holds(long offset, long length) {
        return offset >= 0 && length >= 0 && offset <= size - length;
    }

    private ByteBuffer window(long offset) {
        return windows.get((int) (offset >>> SHIFT));
    }

    private static int within(long offset) {
        return (int) (offset & WINDOW - 1);
    }

    /** A word at an even offset, ordered before what is read after it. */
    int shortAcquire(long offset) {
        return (short) SHORT.getAcquire(window(offset), within(offset)) & 0xffff;
    }

    /** A word at a multiple of 4, ordered before what is read after it. */
    int intAcquire(long offset) {
        return (int) INT.getAcquire(window(offset), within(offset));
    }

    /** A word that lies within one window. */
    long longAt(long offset) {
        return (long) LONG.get(window(offset), within(offset));
    }

    /** Appends bytes to a buffer. */
    void copy(long offset, int length, ByteBuffer target) {
        int done = 0;
        while (done < length) {
            int at = within(offset + done);
            int part = (int) Math.min(length - done, WINDOW - at);
            target.put(target.position(), window(offset + done), at, part);
            target.position(target.position() + part);
            done += part;
        }
    }
}
