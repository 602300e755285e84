package io.memif.examples.samples;

import io.memif.InterfaceConfig;
import io.memif.MemifInterface;
import io.memif.PacketAssembler;
import io.memif.RxQueue;
import io.memif.examples.pcap.LinkType;
import io.memif.examples.pcap.PcapngWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;

/**
 * Writes the packets that an interface receives into a file for Wireshark.
 *
 * <pre>{@code CaptureToFile SOCKET FILE PACKETS}</pre>
 */
public final class CaptureToFile implements AutoCloseable {
    private static final int LONGEST_PACKET = 65_535;

    private final PcapngWriter file;
    private final int number;
    private int written;

    /**
     * A new file.
     *
     * @param path replaced if it exists
     * @param itf whose packets it will have
     * @throws IOException if it cannot be written
     */
    public CaptureToFile(Path path, MemifInterface itf) throws IOException {
        FileChannel channel =
                FileChannel.open(
                        path,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE);
        file = new PcapngWriter(channel, "CaptureToFile");
        number = file.addInterface(LinkType.ETHERNET, 0, itf.name(), "");
    }

    /**
     * Writes packets until there are enough, or the interface is closed.
     *
     * @param rx where they come in
     * @param wanted how many
     * @throws InterruptedException if the thread is interrupted
     */
    public void write(RxQueue rx, int wanted) throws InterruptedException {
        PacketAssembler packets = new PacketAssembler(this::onPacket, LONGEST_PACKET);
        while (written < wanted && !rx.isClosed()) {
            // A packet takes a buffer or more: never more packets than are wanted.
            if (rx.poll(packets, Math.min(64, wanted - written)) == 0) {
                rx.await(1_000_000_000);
            }
        }
    }

    private void onPacket(ByteBuffer packet, int offset, int length, int flags) {
        Instant now = Instant.now();
        try {
            file.packet(
                    number,
                    now.getEpochSecond() * 1_000_000_000 + now.getNano(),
                    packet.duplicate().limit(offset + length).position(offset),
                    length,
                    0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        written++;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    /**
     * Writes packets that a master sends.
     *
     * @param args socket, file, number of packets
     * @throws IOException if the file cannot be written
     * @throws InterruptedException if the thread is interrupted
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        MemifInterface itf = Sample.open(args[0], InterfaceConfig.builder().build());
        try (CaptureToFile capture = new CaptureToFile(Path.of(args[1]), itf)) {
            capture.write(itf.rxQueue(0), Integer.parseInt(args[2]));
        }
        itf.close();
    }
}
