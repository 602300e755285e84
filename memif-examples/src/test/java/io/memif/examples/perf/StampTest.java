package io.memif.examples.perf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.memif.Mode;
import io.memif.examples.perf.Verifier.Findings;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class StampTest {
    private static final int OFFSET = 3;
    private static final int HEADER = Template.header(Mode.ETHERNET);
    private static final Findings FLAWLESS = new Findings(0, 0, 0, 0);

    private final ByteBuffer memory = ByteBuffer.allocateDirect(10_000);
    private final Verifier verifier = new Verifier(HEADER);

    private static StampingWriter writer(int length) {
        return new StampingWriter(Template.packet(Mode.ETHERNET, length), HEADER, 5);
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 17, 57, 58, 59, 64, 65, 71, 72, 1500, 9000})
    void whatIsWrittenIsIntact(int length) {
        StampingWriter writer = writer(length);
        for (int i = 0; i < 10; i++) {
            assertEquals(length, writer.fill(memory, OFFSET, length));
            verifier.onPacket(memory, OFFSET, length, 0);
        }
        assertEquals(FLAWLESS, verifier.findings());
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 57, 58, 61, 64, 67, 200})
    void everyBitFlippedIsFound(int length) {
        writer(length).fill(memory, OFFSET, length);
        int start = Stamp.start(HEADER, length);
        for (int bit = start * 8; bit < length * 8; bit++) {
            int at = OFFSET + bit / 8;
            byte whole = memory.get(at);
            memory.put(at, (byte) (whole ^ 1 << bit % 8));
            verifier.onPacket(memory, OFFSET, length, 0);
            memory.put(at, whole);
        }
        assertEquals(new Findings(0, 0, 0, (length - start) * 8L), verifier.findings());
    }

    @Test
    void headersMayChange() {
        StampingWriter writer = writer(100);
        writer.fill(memory, OFFSET, 100);
        for (int i = 0; i < HEADER; i++) {
            memory.put(OFFSET + i, (byte) 0xff);
        }
        verifier.onPacket(memory, OFFSET, 100, 0);
        assertEquals(FLAWLESS, verifier.findings());
    }

    @Test
    void cutOrStrangePacketsAreCorrupted() {
        writer(100).fill(memory, OFFSET, 100);
        verifier.onPacket(memory, OFFSET, 99, 0);
        verifier.onPacket(memory, OFFSET, 15, 0);
        verifier.onPacket(memory, OFFSET, 1, 0);
        verifier.onPacket(ByteBuffer.allocateDirect(64), 0, 64, 0);
        assertEquals(new Findings(0, 0, 0, 4), verifier.findings());
    }

    @Test
    void wordsInAnotherOrderAreFound() {
        writer(HEADER + 64).fill(memory, OFFSET, HEADER + 64);
        int at = OFFSET + HEADER + Stamp.MIN_LENGTH;
        long first = Words.get(memory, at);
        Words.put(memory, at, Words.get(memory, at + 8));
        Words.put(memory, at + 8, first);
        verifier.onPacket(memory, OFFSET, HEADER + 64, 0);
        assertEquals(1, verifier.findings().corrupted());
    }

    @Test
    void queuesAreToldApart() {
        byte[] template = Template.packet(Mode.ETHERNET, 64);
        StampingWriter one = new StampingWriter(template, HEADER, 0);
        StampingWriter two = new StampingWriter(template, HEADER, 255);
        for (int i = 0; i < 5; i++) {
            one.fill(memory, 0, 64);
            verifier.onPacket(memory, 0, 64, 0);
            two.fill(memory, 0, 64);
            verifier.onPacket(memory, 0, 64, 0);
        }
        assertEquals(FLAWLESS, verifier.findings());
    }

    @Test
    void aRefusedPacketIsOfferedAgainUnchanged() {
        StampingWriter writer = writer(64);
        ByteBuffer refused = ByteBuffer.allocate(64).put(0, writer.whole(), 0, 64);
        assertEquals(refused, writer.whole().duplicate().clear());
        writer.sent();
        assertNotEquals(refused, writer.whole().duplicate().clear());
        writer.sent();
        writer.fill(memory, 0, 64);
        assertEquals(2, Stamp.sequence(Stamp.word(memory, HEADER)));
    }
}
