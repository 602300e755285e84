package io.memif.tests.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.internal.protocol.Direction;
import io.memif.internal.protocol.Message;
import io.memif.internal.protocol.MessageCodec;
import io.memif.internal.protocol.Refusal;
import io.memif.internal.protocol.RingPlacement;
import io.memif.tests.hostile.RawMessage;
import java.nio.ByteBuffer;

/** A second opinion on what bytes mean, from offsets that are written down a second time. */
final class CodecOracle {
    private CodecOracle() {}

    /** Decodes, and compares field by field. */
    static MessageCodec.Decoded decoded(RawMessage raw) {
        MessageCodec.Decoded decoded =
                MessageCodec.decode(ByteBuffer.wrap(raw.bytes()), raw.length());
        if (raw.length() != RawMessage.SIZE) {
            assertRejected(Refusal.Reason.MESSAGE_SIZE, decoded);
        } else if (raw.type() < RawMessage.ACK || raw.type() > RawMessage.DISCONNECT) {
            assertRejected(Refusal.Reason.UNKNOWN_TYPE, decoded);
        } else {
            compare(raw, (Message) decoded);
        }
        return decoded;
    }

    private static void assertRejected(Refusal.Reason reason, MessageCodec.Decoded decoded) {
        assertTrue(decoded instanceof Refusal r && r.reason() == reason, decoded::toString);
    }

    private static void compare(RawMessage raw, Message message) {
        assertEquals(raw.type(), message.type().wire());
        if (message instanceof Message.Hello hello) {
            assertEquals(raw.u16(34), hello.minVersion());
            assertEquals(raw.u16(36), hello.maxVersion());
            assertEquals(raw.u16(38), hello.maxRegion());
            assertEquals(raw.u16(40), hello.maxM2sRing());
            assertEquals(raw.u16(42), hello.maxS2mRing());
            assertEquals(raw.u8(44), hello.maxLog2RingSize());
            compareText(raw, 2, 32, hello.name());
        } else if (message instanceof Message.Init init) {
            assertEquals(raw.u16(2), init.version());
            assertEquals(raw.u32(4), Integer.toUnsignedLong(init.id()));
            assertEquals(raw.u8(8), init.mode());
            assertEquals(raw.u8(9) == 0, init.secret().isNone());
            compareText(raw, 33, 32, init.name());
        } else if (message instanceof Message.AddRegion region) {
            assertEquals(raw.u16(2), region.index());
            assertEquals(raw.u64(4), region.size());
        } else if (message instanceof Message.AddRing ring) {
            compare(raw, ring);
        } else if (message instanceof Message.Connect connect) {
            compareText(raw, 2, 32, connect.interfaceName());
        } else if (message instanceof Message.Connected connected) {
            compareText(raw, 2, 32, connected.interfaceName());
        } else if (message instanceof Message.Disconnect disconnect) {
            assertEquals(raw.u32(2), disconnect.code());
            compareText(raw, 6, 96, disconnect.reason());
        }
    }

    private static void compare(RawMessage raw, Message.AddRing ring) {
        RingPlacement placement = ring.placement();
        assertEquals((raw.u16(2) & 1) != 0, placement.direction() == Direction.S2M);
        assertEquals(raw.u16(4), placement.index());
        assertEquals(raw.u16(6), placement.region());
        assertEquals(raw.u32(8), placement.offset());
        assertEquals(raw.u8(12), placement.log2Size());
        assertEquals(raw.u16(13), ring.privateHeaderSize());
    }

    /** Plain text stays as it is; whatever it was, it is fit for a terminal. */
    private static void compareText(RawMessage raw, int at, int size, String text) {
        boolean plain = true;
        int length = 0;
        while (length < size && raw.u8(at + length) != 0) {
            int b = raw.u8(at + length++);
            plain &= b >= ' ' && b < 0x7f && b != '\\';
        }
        if (plain) {
            assertEquals(raw.text(at, size), text);
        }
        assertPrintable(text);
    }

    static void assertPrintable(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean bad =
                    Character.isISOControl(c)
                            || Character.getType(c) == Character.FORMAT
                            || c == '\u2028'
                            || c == '\u2029';
            assertTrue(!bad, text);
        }
    }

    /** What we send says the same when it is read back, and nothing else. */
    static RawMessage encoded(Message message) {
        byte[] bytes = new byte[RawMessage.SIZE];
        MessageCodec.encode(message, ByteBuffer.wrap(bytes));
        RawMessage raw = RawMessage.ofBytes(bytes);
        compare(raw, message);
        return raw;
    }
}
