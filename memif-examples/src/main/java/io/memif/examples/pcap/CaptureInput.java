package io.memif.examples.pcap;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads a file from its start and knows how far it has come. One thread. */
final class CaptureInput implements Closeable {
    private final InputStream in;
    private ByteOrder order = ByteOrder.BIG_ENDIAN;
    private ByteBuffer fields = ByteBuffer.allocate(64);
    private long offset;
    private long begun;

    CaptureInput(InputStream in) {
        this.in = in;
    }

    /** How numbers are to be read from now on. */
    void order(ByteOrder next) {
        order = next;
    }

    /** Bytes read so far. */
    long offset() {
        return offset;
    }

    /** A record or block begins here: the offset of what is found broken in it. */
    void begin() {
        begun = offset;
    }

    /** Where the current record or block began. */
    long begun() {
        return begun;
    }

    BrokenCaptureException broken(String what) {
        return new BrokenCaptureException(begun, what);
    }

    /** Reads some bytes of a header; null if the file ends before the first of them. */
    ByteBuffer headerOrEnd(int length) throws IOException {
        begin();
        int got = in.readNBytes(fields.array(), 0, length);
        offset += got;
        if (got == 0) {
            return null;
        }
        if (got < length) {
            throw endsInside();
        }
        return fields.order(order);
    }

    /** Reads some bytes of the current record or block, valid until the next call. */
    ByteBuffer fields(int length) throws IOException {
        if (fields.capacity() < length) {
            fields = ByteBuffer.allocate(length);
        }
        read(fields, length);
        return fields.order(order);
    }

    /** Reads bytes of the current record or block to the start of a buffer. */
    void read(ByteBuffer target, int length) throws IOException {
        int got = in.readNBytes(target.array(), target.arrayOffset(), length);
        offset += got;
        if (got < length) {
            throw endsInside();
        }
    }

    /** Leaves out bytes of the current record or block. */
    void skip(long length) throws IOException {
        long rest = length;
        while (rest > 0) {
            int step = (int) Math.min(rest, fields.capacity());
            read(fields, step);
            rest -= step;
        }
    }

    private BrokenCaptureException endsInside() {
        return broken("the file ends at " + offset + ", inside of what begins here");
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
