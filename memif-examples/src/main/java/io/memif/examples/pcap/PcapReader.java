package io.memif.examples.pcap;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The older format: one header, and a record for each packet. */
final class PcapReader extends CaptureReader {
    private static final int HEADER_REST = 20;
    private static final int RECORD = 16;
    private static final int MAJOR_VERSION = 2;

    /** Above these bits the header says whether packets have a check sequence. */
    private static final int LINK_TYPE_BITS = 0x03ff_ffff;

    private static final long NS_PER_SECOND = 1_000_000_000;

    private final int nsPerTick;
    private final int linkType;

    PcapReader(CaptureInput input, ByteOrder order, int nsPerTick) throws IOException {
        super(input);
        this.nsPerTick = nsPerTick;
        input.order(order);
        ByteBuffer header = input.fields(HEADER_REST);
        int version = header.getShort(0) & 0xffff;
        if (version != MAJOR_VERSION) {
            throw input.broken("pcap version " + version + " is not read");
        }
        linkType = header.getInt(16) & LINK_TYPE_BITS;
    }

    @Override
    public boolean next(CapturedPacket packet) throws IOException {
        ByteBuffer record = input.headerOrEnd(RECORD);
        if (record == null) {
            return false;
        }
        long seconds = u32(record, 0);
        long fraction = u32(record, 4);
        long captured = u32(record, 8);
        packet.describe(input.begun(), linkType, u32(record, 12));
        packet.time(seconds * NS_PER_SECOND + fraction * nsPerTick);
        take(packet, captured);
        return true;
    }
}
