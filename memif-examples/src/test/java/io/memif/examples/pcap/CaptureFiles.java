package io.memif.examples.pcap;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Capture files made by hand, byte by byte. */
public final class CaptureFiles {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private ByteOrder order = ByteOrder.LITTLE_ENDIAN;

    /** The order of all numbers from now on. */
    public CaptureFiles order(ByteOrder next) {
        order = next;
        return this;
    }

    private ByteBuffer numbers(int length) {
        return ByteBuffer.allocate(length).order(order);
    }

    /** The header of a pcap file: magic a1b2c3d4 for microseconds, a1b23c4d for nanoseconds. */
    public CaptureFiles pcap(int magic, int linkType) {
        ByteBuffer header = numbers(24).putInt(magic).putShort((short) 2).putShort((short) 4);
        bytes.writeBytes(header.putInt(16, 65_535).putInt(20, linkType).array());
        return this;
    }

    /** A record of a pcap file. */
    public CaptureFiles record(long seconds, int fraction, byte[] packet, int original) {
        ByteBuffer header = numbers(16).putInt((int) seconds).putInt(fraction);
        bytes.writeBytes(header.putInt(packet.length).putInt(original).array());
        bytes.writeBytes(packet);
        return this;
    }

    /** A block of a pcapng file; its content is filled up to four bytes. */
    public CaptureFiles block(int type, byte[] content) {
        int padded = content.length + 3 & ~3;
        ByteBuffer block = numbers(padded + 12).putInt(type).putInt(padded + 12);
        bytes.writeBytes(block.put(content).putInt(padded + 8, padded + 12).array());
        return this;
    }

    /** Begins a section. */
    public CaptureFiles section() {
        ByteBuffer content = numbers(16).putInt(0x1a2b3c4d).putShort((short) 1);
        return block(0x0a0d0d0a, content.putLong(8, -1).array());
    }

    /** An interface with options as they lie in the file. */
    public CaptureFiles itf(int linkType, int snapLength, byte[] options) {
        ByteBuffer content = numbers(8 + options.length).putShort((short) linkType);
        return block(1, content.putInt(4, snapLength).position(8).put(options).array());
    }

    /** An interface with a resolution, and an offset in seconds. */
    public CaptureFiles itf(int linkType, int resolution, long offset) {
        ByteBuffer options = numbers(24);
        options.putShort((short) 9).putShort((short) 1).put((byte) resolution).position(8);
        options.putShort((short) 14).putShort((short) 8).putLong(offset);
        return itf(linkType, 0, options.array());
    }

    /** An enhanced packet block. */
    public CaptureFiles packet(int itf, long ticks, byte[] packet, int original) {
        ByteBuffer content = numbers(20 + packet.length).putInt(itf);
        content.putInt((int) (ticks >>> 32)).putInt((int) ticks);
        return block(6, content.putInt(packet.length).putInt(original).put(packet).array());
    }

    /** A packet block as it was before. */
    public CaptureFiles oldPacket(int itf, long ticks, byte[] packet, int original) {
        ByteBuffer content = numbers(20 + packet.length).putShort((short) itf).putShort((short) 0);
        content.putInt((int) (ticks >>> 32)).putInt((int) ticks);
        return block(2, content.putInt(packet.length).putInt(original).put(packet).array());
    }

    /** A simple packet block. */
    public CaptureFiles simplePacket(byte[] packet, int original) {
        return block(3, numbers(4 + packet.length).putInt(original).put(packet).array());
    }

    /** Bytes so far. */
    public int length() {
        return bytes.size();
    }

    /** The file. */
    public byte[] toBytes() {
        return bytes.toByteArray();
    }
}
