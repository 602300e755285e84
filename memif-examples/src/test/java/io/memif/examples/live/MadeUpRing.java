package io.memif.examples.live;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Rings in an ordinary file, laid out and driven like those of a slave that copies. */
final class MadeUpRing {
    static final int BUFFER = 2048;

    private final MappedByteBuffer memory;
    private final int offset;
    private final int slots;
    private final int line;
    private final int buffers;

    /** A ring at an offset of a file that is mapped; its buffers begin elsewhere in the file. */
    MadeUpRing(MappedByteBuffer memory, int offset, int log2, int line, int buffers) {
        this.memory = memory;
        this.offset = offset;
        this.slots = 1 << log2;
        this.line = line;
        this.buffers = buffers;
    }

    static MappedByteBuffer file(Path path, long size) throws IOException {
        try (FileChannel file =
                FileChannel.open(
                        path,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE)) {
            MappedByteBuffer memory = file.map(MapMode.READ_WRITE, 0, size);
            memory.order(ByteOrder.LITTLE_ENDIAN);
            return memory;
        }
    }

    static Memory open(Path path) throws IOException {
        try (FileChannel file = FileChannel.open(path)) {
            return new Memory(file);
        }
    }

    static int length(int log2, int line) {
        return 2 * line + (16 << log2);
    }

    MadeUpRing cookie() {
        memory.putInt(offset, RingShape.COOKIE);
        return this;
    }

    int slots() {
        return slots;
    }

    void flags(int flags) {
        memory.putShort(offset + 4, (short) flags);
    }

    void head(int head) {
        memory.putShort(offset + 6, (short) head);
    }

    void tail(int tail) {
        memory.putShort(offset + line, (short) tail);
    }

    void descriptor(int index, int flags, int region, int length, int at) {
        int place = offset + 2 * line + (index & slots - 1) * 16;
        memory.putLong(place + 8, at);
        memory.putLong(place, (long) length << 32 | (long) region << 16 | flags);
    }

    int buffer(int index) {
        return buffers + (index & slots - 1) * BUFFER;
    }

    /** Posts empty buffers in all slots. */
    MadeUpRing post() {
        for (int i = 0; i < slots; i++) {
            descriptor(i, 0, 0, BUFFER, buffer(i));
        }
        head(slots);
        return this;
    }

    /**
     * Fills a slot's buffer with a byte that follows from the number, and writes its descriptor.
     */
    void fill(int index, int flags, int length) {
        for (int i = 0; i < length; i++) {
            memory.put(buffer(index) + i, (byte) index);
        }
        descriptor(index, flags, 0, length, buffer(index));
    }

    /** Puts a packet into a slot's buffer, and leaves its descriptor as it is. */
    void write(int index, byte[] packet) {
        memory.put(buffer(index), packet);
    }

    /** Whether a packet is as {@link #fill} made it. */
    static boolean isWhole(ByteBuffer data, int index) {
        for (int i = data.position(); i < data.limit(); i++) {
            if (data.get(i) != (byte) index) {
                return false;
            }
        }
        return true;
    }
}
