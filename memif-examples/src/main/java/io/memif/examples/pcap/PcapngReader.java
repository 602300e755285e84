package io.memif.examples.pcap;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The newer format: sections of blocks, with interfaces of their own. Blocks that hold no packets
 * are left out.
 */
final class PcapngReader extends CaptureReader {
    static final int SECTION_HEADER = 0x0a0d0d0a;

    private static final int BYTE_ORDER = 0x1a2b3c4d;
    private static final int INTERFACE = 1;
    private static final int OLD_PACKET = 2;
    private static final int SIMPLE_PACKET = 3;
    private static final int ENHANCED_PACKET = 6;

    private static final int OPTION_RESOLUTION = 9;
    private static final int OPTION_OFFSET = 14;

    private static final int MAJOR_VERSION = 1;
    private static final int SHORTEST_BLOCK = 12;
    private static final int PACKET_FIELDS = 20;

    private final List<Interface> interfaces = new ArrayList<>();

    /** Bytes of the current block that have not been read, the length at its end among them. */
    private long rest;

    private long blockLength;

    private record Interface(int linkType, long snapLength, TimeUnits units) {}

    PcapngReader(CaptureInput input) throws IOException {
        super(input);
        beginSection(input.fields(8));
    }

    @Override
    public boolean next(CapturedPacket packet) throws IOException {
        while (true) {
            ByteBuffer head = input.headerOrEnd(8);
            if (head == null) {
                return false;
            }
            int type = head.getInt(0);
            if (type == SECTION_HEADER) {
                int length = head.order(ByteOrder.BIG_ENDIAN).getInt(4);
                ByteBuffer both = ByteBuffer.allocate(8).putInt(0, length);
                beginSection(both.putInt(4, input.fields(4).order(both.order()).getInt(0)));
                continue;
            }
            beginBlock(u32(head, 4), 8);
            boolean found = readBlock(type, packet);
            endBlock();
            if (found) {
                return true;
            }
        }
    }

    /**
     * A section header says which byte order its numbers have, its own length among them.
     *
     * @param start block length and byte-order magic, as they lie in the file
     */
    private void beginSection(ByteBuffer start) throws IOException {
        start.order(ByteOrder.BIG_ENDIAN);
        int magic = start.getInt(4);
        if (magic != BYTE_ORDER && magic != Integer.reverseBytes(BYTE_ORDER)) {
            throw input.broken("a section without byte-order magic");
        }
        ByteOrder order = magic == BYTE_ORDER ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        input.order(order);
        interfaces.clear();
        beginBlock(u32(start.order(order), 0), 12);
        int version = part(4).getShort(0) & 0xffff;
        if (version != MAJOR_VERSION) {
            throw input.broken("pcapng version " + version + " is not read");
        }
        endBlock();
    }

    private void beginBlock(long length, int read) throws IOException {
        if (length < SHORTEST_BLOCK || length % 4 != 0) {
            throw input.broken("a block of " + length + " bytes");
        }
        blockLength = length;
        rest = length - read;
    }

    private void endBlock() throws IOException {
        input.skip(rest - 4);
        long again = u32(input.fields(4), 0);
        if (again != blockLength) {
            throw input.broken("a block of " + blockLength + " bytes ends with length " + again);
        }
    }

    /** Reads some bytes of the block. */
    private ByteBuffer part(int length) throws IOException {
        claim(length);
        return input.fields(length);
    }

    /** Whatever is read from a block lies before the length at its end. */
    private void claim(long length) throws IOException {
        if (length > rest - 4) {
            throw input.broken("a block of " + blockLength + " bytes is too short for its content");
        }
        rest -= length;
    }

    private boolean readBlock(int type, CapturedPacket packet) throws IOException {
        switch (type) {
            case INTERFACE -> interfaces.add(readInterface());
            case ENHANCED_PACKET, OLD_PACKET -> {
                ByteBuffer fields = part(PACKET_FIELDS);
                int index = type == OLD_PACKET ? fields.getShort(0) & 0xffff : fields.getInt(0);
                Interface itf = at(index);
                long ticks = u32(fields, 4) << 32 | u32(fields, 8);
                packet.describe(input.begun(), itf.linkType, u32(fields, 16));
                packet.time(itf.units.toNs(ticks));
                take(packet, claimed(u32(fields, 12)));
                return true;
            }
            case SIMPLE_PACKET -> {
                long original = u32(part(4), 0);
                Interface itf = at(0);
                long most = itf.snapLength == 0 ? original : Math.min(original, itf.snapLength);
                packet.describe(input.begun(), itf.linkType, original);
                take(packet, claimed(Math.min(most, rest - 4)));
                return true;
            }
            default -> {
                // Names, statistics, secrets, and what others have invented.
            }
        }
        return false;
    }

    private long claimed(long length) throws IOException {
        claim(length);
        return length;
    }

    private Interface at(int index) throws IOException {
        if (index < 0 || index >= interfaces.size()) {
            String number = Integer.toUnsignedString(index);
            throw input.broken("a packet of interface " + number + ", which is not described");
        }
        return interfaces.get(index);
    }

    private Interface readInterface() throws IOException {
        ByteBuffer fields = part(8);
        int linkType = fields.getShort(0) & 0xffff;
        long snapLength = u32(fields, 4);
        int resolution = TimeUnits.MICROSECONDS;
        long offsetSeconds = 0;
        while (rest - 4 >= 4) {
            ByteBuffer option = part(4);
            int code = option.getShort(0) & 0xffff;
            int length = option.getShort(2) & 0xffff;
            if (code == 0) {
                break;
            }
            ByteBuffer value = part(length + 3 & ~3);
            if (code == OPTION_RESOLUTION && length >= 1) {
                resolution = value.get(0) & 0xff;
            } else if (code == OPTION_OFFSET && length >= 8) {
                offsetSeconds = value.getLong(0);
            }
        }
        return new Interface(linkType, snapLength, new TimeUnits(resolution, offsetSeconds));
    }
}
