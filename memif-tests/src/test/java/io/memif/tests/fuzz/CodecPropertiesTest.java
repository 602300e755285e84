package io.memif.tests.fuzz;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.memif.protocol.AddRegion;
import io.memif.protocol.AddRing;
import io.memif.protocol.Connect;
import io.memif.protocol.Connected;
import io.memif.protocol.Decoded;
import io.memif.protocol.Direction;
import io.memif.protocol.Disconnect;
import io.memif.protocol.Hello;
import io.memif.protocol.Init;
import io.memif.protocol.Message;
import io.memif.protocol.MessageCodec;
import io.memif.protocol.RingPlacement;
import io.memif.protocol.Secret;
import io.memif.tests.hostile.RawMessage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

/**
 * The codec against bytes that were written down a second time, both ways. A failure names its
 * seed; {@code jqwik.seed} or {@code @Property(seed = ...)} runs it again.
 */
class CodecPropertiesTest {
    @Property
    void anyBytesAreAMessageOrARejection(@ForAll @Size(max = 300) byte[] bytes) {
        CodecOracle.decoded(RawMessage.ofBytes(bytes));
    }

    @Property
    void anyBytesOfEachType(@ForAll @IntRange(max = 9) int type, @ForAll @Size(128) byte[] bytes) {
        CodecOracle.decoded(RawMessage.ofBytes(bytes).u16(0, type));
    }

    @Property
    void hello(
            @ForAll @AlphaChars @StringLength(max = 31) String name,
            @ForAll @IntRange(max = 0xffff) int version,
            @ForAll @IntRange(max = 0xffff) int region,
            @ForAll @IntRange(max = 0xffff) int ring,
            @ForAll @IntRange(max = 0xff) int log2) {
        RawMessage raw =
                RawMessage.of(RawMessage.HELLO)
                        .text(2, 32, name)
                        .u16(34, version)
                        .u16(36, 0x0200)
                        .u16(38, region)
                        .u16(40, ring)
                        .u16(42, 255)
                        .u8(44, log2);
        both(raw, new Hello(name, version, 0x0200, region, ring, 255, log2));
    }

    @Property
    void init(
            @ForAll @IntRange(max = 0xffff) int version,
            @ForAll int id,
            @ForAll @IntRange(max = 0xff) int mode,
            @ForAll @AlphaChars @StringLength(max = 23) String secret,
            @ForAll @AlphaChars @StringLength(max = 31) String name) {
        RawMessage raw =
                RawMessage.of(RawMessage.INIT)
                        .u16(2, version)
                        .u32(4, id)
                        .u8(8, mode)
                        .text(9, 24, secret)
                        .text(33, 32, name);
        Secret shown = Secret.of(secret.getBytes(StandardCharsets.US_ASCII));
        both(raw, new Init(version, id, mode, shown, name));
    }

    @Property
    void addRegion(@ForAll @IntRange(max = 0xffff) int index, @ForAll long size) {
        both(RawMessage.addRegion(index, size), new AddRegion(index, size));
    }

    @Property
    void addRing(
            @ForAll boolean s2m,
            @ForAll @IntRange(max = 0xffff) int index,
            @ForAll @IntRange(max = 0xffff) int region,
            @ForAll @LongRange(max = 0xffff_ffffL) long offset,
            @ForAll @IntRange(max = 0xff) int log2) {
        Direction direction = s2m ? Direction.S2M : Direction.M2S;
        RingPlacement placement = new RingPlacement(direction, index, region, offset, log2);
        RawMessage raw = RawMessage.addRing(s2m, index, region, offset, log2);
        both(raw.u16(13, index), new AddRing(placement, index));
    }

    @Property
    void namesAndReasons(
            @ForAll @AlphaChars @StringLength(max = 31) String name,
            @ForAll @AlphaChars @StringLength(max = 95) String reason,
            @ForAll @LongRange(max = 0xffff_ffffL) long code) {
        both(RawMessage.connect(name), new Connect(name));
        both(RawMessage.connected(name), new Connected(name));
        both(RawMessage.disconnect(code, reason), new Disconnect(code, reason));
    }

    /** Whatever our own names hold, what is sent is cut to its field and reads back printable. */
    @Property
    void anyTextFitsItsField(@ForAll String text) {
        CodecOracle.decoded(RawMessage.ofBytes(encoded(new Connect(text))));
        CodecOracle.decoded(RawMessage.ofBytes(encoded(new Disconnect(0, text))));
    }

    private static byte[] encoded(Message message) {
        byte[] bytes = new byte[RawMessage.SIZE];
        MessageCodec.encode(message, ByteBuffer.wrap(bytes));
        return bytes;
    }

    private static void both(RawMessage raw, Message message) {
        assertArrayEquals(raw.bytes(), encoded(message), message::toString);
        Decoded decoded = CodecOracle.decoded(raw);
        assertEquals(message, decoded);
    }
}
