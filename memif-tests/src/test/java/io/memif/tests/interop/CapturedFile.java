package io.memif.tests.interop;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What {@code memif capture} wrote, packet by packet; a file below 2 GiB. */
final class CapturedFile {
    private static final int INTERFACE = 1;
    private static final int STATISTICS = 5;
    private static final int PACKET = 6;
    private static final int PACKET_DATA = 20;

    private final List<Origin> origins = new ArrayList<>();

    /** An interface of the file, which stands for a ring. */
    static final class Origin {
        String name;
        long packets;
        long passed;
        long missed;
        boolean atLeast;

        /** Numbers for the message of a failure. */
        @Override
        public String toString() {
            return name
                    + ": "
                    + packets
                    + " packets, "
                    + missed
                    + " missed of "
                    + passed
                    + (atLeast ? " at least" : "");
        }
    }

    /** Gets every packet. */
    interface Visitor {
        void packet(Origin origin, ByteBuffer data);
    }

    static CapturedFile read(Path path, Visitor visitor) throws IOException {
        CapturedFile file = new CapturedFile();
        try (FileChannel channel = FileChannel.open(path)) {
            MappedByteBuffer all = channel.map(MapMode.READ_ONLY, 0, channel.size());
            all.order(ByteOrder.LITTLE_ENDIAN);
            while (all.hasRemaining()) {
                int start = all.position();
                int length = all.getInt(start + 4);
                file.block(all.getInt(start), all.slice(start + 8, length - 12), visitor);
                all.position(start + length);
            }
        }
        return file;
    }

    private void block(int type, ByteBuffer body, Visitor visitor) {
        body.order(ByteOrder.LITTLE_ENDIAN);
        switch (type) {
            case INTERFACE -> {
                Origin origin = new Origin();
                byte[] name = new byte[body.getShort(10)];
                body.get(12, name);
                origin.name = new String(name, StandardCharsets.UTF_8);
                origins.add(origin);
            }
            case PACKET -> {
                Origin origin = origins.get(body.getInt(0));
                origin.packets++;
                visitor.packet(origin, body.slice(PACKET_DATA, body.getInt(12)));
            }
            case STATISTICS -> statistics(origins.get(body.getInt(0)), body);
            default -> {}
        }
    }

    private static void statistics(Origin origin, ByteBuffer body) {
        int at = 12;
        while (at < body.limit()) {
            int code = body.getShort(at);
            int length = body.getShort(at + 2);
            switch (code) {
                case 1 -> origin.atLeast = body.get(at + 4) == 'a';
                case 4 -> origin.passed = body.getLong(at + 4);
                case 5 -> origin.missed = body.getLong(at + 4);
                default -> {}
            }
            at += 4 + (length + 3) / 4 * 4;
        }
    }

    List<Origin> origins() {
        return origins;
    }
}
