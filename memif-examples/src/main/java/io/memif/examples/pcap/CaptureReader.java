package io.memif.examples.pcap;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads the packets of a capture file, pcap or pcapng, one after the other. One thread.
 *
 * <p>Read are pcap with microseconds and nanoseconds and pcapng, each in both byte orders. Nothing
 * is kept but one packet, so a file may be as long as it likes, or a pipe.
 */
public abstract class CaptureReader implements Closeable {
    /** No network carries a packet that is longer; a file that says so is broken. */
    static final int MAX_PACKET = 1 << 24;

    private static final int BUFFER = 1 << 18;

    final CaptureInput input;

    CaptureReader(CaptureInput input) {
        this.input = input;
    }

    /**
     * Opens a file.
     *
     * @param file pcap or pcapng
     * @return the caller's to close
     * @throws BrokenCaptureException if it is neither, or ends inside its header
     * @throws IOException if it cannot be read
     */
    public static CaptureReader open(Path file) throws IOException {
        return open(Files.newInputStream(file));
    }

    /**
     * Reads a stream.
     *
     * @param in pcap or pcapng; closed with the reader, and if this fails
     * @return the caller's to close
     * @throws BrokenCaptureException if it is neither, or ends inside its header
     * @throws IOException if it cannot be read
     */
    public static CaptureReader open(InputStream in) throws IOException {
        CaptureInput input = new CaptureInput(new BufferedInputStream(in, BUFFER));
        try {
            ByteBuffer start = input.headerOrEnd(4);
            if (start == null) {
                throw input.broken("the file is empty");
            }
            int magic = start.order(ByteOrder.BIG_ENDIAN).getInt(0);
            return switch (magic) {
                case 0xa1b2c3d4 -> new PcapReader(input, ByteOrder.BIG_ENDIAN, 1000);
                case 0xd4c3b2a1 -> new PcapReader(input, ByteOrder.LITTLE_ENDIAN, 1000);
                case 0xa1b23c4d -> new PcapReader(input, ByteOrder.BIG_ENDIAN, 1);
                case 0x4d3cb2a1 -> new PcapReader(input, ByteOrder.LITTLE_ENDIAN, 1);
                case PcapngReader.SECTION_HEADER -> new PcapngReader(input);
                default ->
                        throw input.broken(
                                "neither pcap nor pcapng begins with "
                                        + String.format("%08x", magic));
            };
        } catch (IOException e) {
            input.close();
            throw e;
        }
    }

    /**
     * Reads the next packet.
     *
     * @param packet gets it
     * @return false at the end of the file
     * @throws BrokenCaptureException if the file is broken; nothing more can be read then
     * @throws IOException if it cannot be read
     */
    public abstract boolean next(CapturedPacket packet) throws IOException;

    /** Reads the bytes of a packet. */
    final void take(CapturedPacket packet, long captured) throws IOException {
        if (captured > MAX_PACKET) {
            throw input.broken("a packet of " + captured + " bytes");
        }
        input.read(packet.reserve((int) captured), (int) captured);
    }

    static long u32(ByteBuffer fields, int index) {
        return fields.getInt(index) & 0xffff_ffffL;
    }

    @Override
    public void close() throws IOException {
        input.close();
    }
}
