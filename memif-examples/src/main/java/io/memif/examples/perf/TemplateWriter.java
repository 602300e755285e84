package io.memif.examples.perf;

import java.nio.ByteBuffer;

/** Writes the same packet again and again, every byte of it. */
final class TemplateWriter extends PacketWriter {
    private final byte[] template;
    private final ByteBuffer whole;

    TemplateWriter(byte[] template) {
        super(template.length);
        this.template = template;
        this.whole = ByteBuffer.allocateDirect(template.length).put(0, template);
    }

    @Override
    public int fill(ByteBuffer buffer, int offset, int capacity) {
        buffer.put(offset, template, 0, template.length);
        return template.length;
    }

    @Override
    ByteBuffer whole() {
        return whole;
    }

    @Override
    void sent() {
        // The next packet is the same.
    }
}
