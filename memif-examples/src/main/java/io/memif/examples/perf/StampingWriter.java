package io.memif.examples.perf;

import java.nio.ByteBuffer;

/** Writes packets that carry a stamp; no two are alike. */
final class StampingWriter extends PacketWriter {
    private final byte[] template;
    private final int header;
    private final int queue;
    private final ByteBuffer whole;
    private long sequence;
    private boolean ready;

    /**
     * Writes from sequence number 0 on.
     *
     * @param template gives the length, and what stands before the stamp
     * @param header bytes at a packet's start that belong to its protocols
     * @param queue 0 to 255
     */
    StampingWriter(byte[] template, int header, int queue) {
        super(template.length);
        this.template = template;
        this.header = header;
        this.queue = queue;
        this.whole = ByteBuffer.allocateDirect(template.length);
    }

    @Override
    public int fill(ByteBuffer buffer, int offset, int capacity) {
        write(buffer, offset);
        sequence++;
        return length();
    }

    private void write(ByteBuffer buffer, int offset) {
        int start = Stamp.start(header, length());
        buffer.put(offset, template, 0, start);
        Stamp.write(buffer, offset + start, length() - start, Stamp.word(queue, sequence));
    }

    /** Written once for each sequence number, however often a full ring refuses it. */
    @Override
    ByteBuffer whole() {
        if (!ready) {
            write(whole, 0);
            ready = true;
        }
        return whole;
    }

    @Override
    void sent() {
        sequence++;
        ready = false;
    }
}
