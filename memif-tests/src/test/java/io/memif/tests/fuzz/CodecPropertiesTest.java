package io.memif.tests.fuzz;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.memif.internal.protocol.Direction;
import io.memif.internal.protocol.Message;
import io.memif.internal.protocol.MessageCodec;
import io.memif.internal.protocol.RingPlacement;
import io.memif.internal.protocol.Secret;
import io.memif.tests.hostile.RawMessage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * The codec against bytes that were written down a second time, both ways, with random contents. A
 * failure names its seed; {@code -Dmemif.seed=N} begins with it.
 */
class CodecPropertiesTest {
    private static final int TRIES = 1_000;
    private static final int U16 = 1 << 16;
    private static final int U8 = 1 << 8;
    private static final long U32 = 1L << 32;
    private static final int TYPES = 10;

    private static void always(Consumer<Random> property) {
        long first = Long.getLong("memif.seed", System.nanoTime());
        for (long seed = first; seed < first + TRIES; seed++) {
            try {
                property.accept(new Random(seed));
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("memif.seed=" + seed + ": " + e.getMessage(), e);
            }
        }
    }

    private static byte[] bytes(Random random, int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private static String name(Random random, int longest) {
        return random.ints(random.nextInt(longest + 1), 'A', 'z' + 1)
                .filter(Character::isLetter)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    @Test
    void anyBytesAreAMessageOrARejection() {
        always(r -> CodecOracle.decoded(RawMessage.ofBytes(bytes(r, r.nextInt(300)))));
    }

    @Test
    void anyBytesOfEachType() {
        always(
                r -> {
                    byte[] bytes = bytes(r, RawMessage.SIZE);
                    CodecOracle.decoded(RawMessage.ofBytes(bytes).u16(0, r.nextInt(TYPES)));
                });
    }

    @Test
    void hello() {
        always(
                r -> {
                    String name = name(r, 31);
                    int version = r.nextInt(U16);
                    int region = r.nextInt(U16);
                    int ring = r.nextInt(U16);
                    int log2 = r.nextInt(U8);
                    RawMessage raw =
                            RawMessage.of(RawMessage.HELLO)
                                    .text(2, 32, name)
                                    .u16(34, version)
                                    .u16(36, 0x0200)
                                    .u16(38, region)
                                    .u16(40, ring)
                                    .u16(42, 255)
                                    .u8(44, log2);
                    both(raw, new Message.Hello(name, version, 0x0200, region, ring, 255, log2));
                });
    }

    @Test
    void init() {
        always(
                r -> {
                    int version = r.nextInt(U16);
                    int id = r.nextInt();
                    int mode = r.nextInt(U8);
                    String secret = name(r, 23);
                    String name = name(r, 31);
                    RawMessage raw =
                            RawMessage.of(RawMessage.INIT)
                                    .u16(2, version)
                                    .u32(4, id)
                                    .u8(8, mode)
                                    .text(9, 24, secret)
                                    .text(33, 32, name);
                    Secret shown = Secret.of(secret.getBytes(StandardCharsets.US_ASCII));
                    both(raw, new Message.Init(version, id, mode, shown, name));
                });
    }

    @Test
    void addRegion() {
        always(
                r -> {
                    int index = r.nextInt(U16);
                    long size = r.nextLong();
                    both(RawMessage.addRegion(index, size), new Message.AddRegion(index, size));
                });
    }

    @Test
    void addRing() {
        always(
                r -> {
                    boolean s2m = r.nextBoolean();
                    int index = r.nextInt(U16);
                    int region = r.nextInt(U16);
                    long offset = r.nextLong(U32);
                    int log2 = r.nextInt(U8);
                    Direction direction = s2m ? Direction.S2M : Direction.M2S;
                    RingPlacement placement =
                            new RingPlacement(direction, index, region, offset, log2);
                    RawMessage raw = RawMessage.addRing(s2m, index, region, offset, log2);
                    both(raw.u16(13, index), new Message.AddRing(placement, index));
                });
    }

    @Test
    void namesAndReasons() {
        always(
                r -> {
                    String name = name(r, 31);
                    String reason = name(r, 95);
                    long code = r.nextLong(U32);
                    both(RawMessage.connect(name), new Message.Connect(name));
                    both(RawMessage.connected(name), new Message.Connected(name));
                    both(RawMessage.disconnect(code, reason), new Message.Disconnect(code, reason));
                });
    }

    /** Whatever our own names hold, what is sent is cut to its field and reads back printable. */
    @Test
    void anyTextFitsItsField() {
        always(
                r -> {
                    String text = new String(bytes(r, r.nextInt(200)), StandardCharsets.UTF_16BE);
                    CodecOracle.decoded(RawMessage.ofBytes(encoded(new Message.Connect(text))));
                    CodecOracle.decoded(
                            RawMessage.ofBytes(encoded(new Message.Disconnect(0, text))));
                });
    }

    private static byte[] encoded(Message message) {
        byte[] bytes = new byte[RawMessage.SIZE];
        MessageCodec.encode(message, ByteBuffer.wrap(bytes));
        return bytes;
    }

    private static void both(RawMessage raw, Message message) {
        assertArrayEquals(raw.bytes(), encoded(message), message::toString);
        MessageCodec.Decoded decoded = CodecOracle.decoded(raw);
        assertEquals(message, decoded);
    }
}
