package io.memif.examples.pcap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What is written, taken apart by the letter of the format. 1 s. */
class PcapngWriterTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** A block, its body and the options at its end. */
    private record Block(int type, ByteBuffer body) {
        Map<Integer, ByteBuffer> options(int from) {
            Map<Integer, ByteBuffer> options = new TreeMap<>();
            int at = from;
            while (at < body.limit()) {
                int code = body.getShort(at) & 0xffff;
                int length = body.getShort(at + 2) & 0xffff;
                if (code == 0) {
                    assertEquals(body.limit(), at + 4, "the end of options is the last");
                    return options;
                }
                ByteBuffer value = body.slice(at + 4, length).order(ByteOrder.LITTLE_ENDIAN);
                options.put(code, value);
                at += 4 + (length + 3) / 4 * 4;
            }
            assertTrue(options.isEmpty(), "options have an end");
            return options;
        }
    }

    private static String text(ByteBuffer bytes) {
        return StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
    }

    private List<Block> blocks() {
        ByteBuffer all = ByteBuffer.wrap(bytes.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
        List<Block> blocks = new ArrayList<>();
        while (all.hasRemaining()) {
            int start = all.position();
            int type = all.getInt();
            int length = all.getInt();
            assertEquals(0, length % 4);
            assertEquals(length, all.getInt(start + length - 4), "both lengths");
            ByteBuffer body = all.slice(start + 8, length - 12).order(ByteOrder.LITTLE_ENDIAN);
            blocks.add(new Block(type, body));
            all.position(start + length);
        }
        return blocks;
    }

    private PcapngWriter writer() {
        return new PcapngWriter(Channels.newChannel(bytes), "the test");
    }

    @Test
    void allBlocks() throws Exception {
        long time = 0x0123_4567_89ab_cdefL;
        try (PcapngWriter writer = writer()) {
            assertEquals(0, writer.addInterface(LinkType.ETHERNET, 96, "a", "one"));
            assertEquals(1, writer.addInterface(LinkType.RAW, 0, "b", ""));
            writer.packet(1, time, ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5}), 77, 0);
            writer.packet(0, time + 1, ByteBuffer.wrap(new byte[8], 2, 4), 4, 9);
            writer.statistics(new PcapngWriter.Statistics(0, 5, time, 10, 9, "words"));
        }
        List<Block> blocks = blocks();
        assertEquals(List.of(0x0a0d0d0a, 1, 1, 6, 6, 5), blocks.stream().map(Block::type).toList());
        ByteBuffer section = blocks.get(0).body();
        assertEquals(0x1a2b3c4d, section.getInt(0));
        assertEquals(1, section.getInt(4), "version 1.0");
        assertEquals(-1, section.getLong(8));
        assertEquals("the test", text(blocks.get(0).options(16).get(4)));

        ByteBuffer itf = blocks.get(1).body();
        assertEquals(1, itf.getShort(0));
        assertEquals(96, itf.getInt(4));
        assertEquals("a", text(blocks.get(1).options(8).get(2)));
        assertEquals("one", text(blocks.get(1).options(8).get(3)));
        assertEquals(9, blocks.get(1).options(8).get(9).get(0));
        assertEquals(101, blocks.get(2).body().getShort(0));

        ByteBuffer packet = blocks.get(3).body();
        assertEquals(1, packet.getInt(0));
        assertEquals(time, (long) packet.getInt(4) << 32 | packet.getInt(8) & 0xffffffffL);
        assertEquals(5, packet.getInt(12));
        assertEquals(77, packet.getInt(16));
        assertEquals(5, packet.get(24));
        assertEquals(28, packet.limit(), "padded, no options");
        assertEquals(9, blocks.get(4).options(24).get(4).getLong(0));

        Map<Integer, ByteBuffer> statistics = blocks.get(5).options(12);
        assertEquals("words", text(statistics.get(1)));
        assertEquals(5, statistics.get(2).getInt(4));
        assertEquals(10, statistics.get(4).getLong(0));
        assertEquals(9, statistics.get(5).getLong(0));
    }

    @Test
    void manyAndLong() throws Exception {
        try (PcapngWriter writer = writer()) {
            writer.addInterface(LinkType.ETHERNET, 0, "a", "x".repeat(100_000));
            for (int i = 0; i < 40; i++) {
                writer.packet(0, i, ByteBuffer.allocate(100_000 + i), 100_000 + i, i);
            }
            writer.packet(0, 40, ByteBuffer.allocate(3 << 20), 3 << 20, 0);
        }
        List<Block> blocks = blocks();
        assertEquals(43, blocks.size());
        assertEquals(100_039, blocks.get(41).body().getInt(12));
        assertEquals(3 << 20, blocks.get(42).body().getInt(12));
    }
}
