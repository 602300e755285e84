package io.memif.unix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Texts to socket addresses and back, byte for byte. */
class UnixAddressTest {
    private static ByteBuffer bytes(UnixAddress address) {
        return ByteBuffer.wrap(address.toBytes()).order(ByteOrder.nativeOrder());
    }

    @Test
    void pathIsEncodedWithItsTerminator() {
        ByteBuffer raw = bytes(UnixAddress.of("/tmp/a"));
        assertEquals(2 + 6 + 1, raw.remaining());
        assertEquals(1, raw.getShort(0));
        assertEquals('/', raw.get(2));
        assertEquals('a', raw.get(7));
        assertEquals(0, raw.get(8));
    }

    @Test
    void abstractNameIsEncodedWithItsLeadingZeroOnly() {
        ByteBuffer raw = bytes(UnixAddress.of("@ab"));
        assertEquals(2 + 1 + 2, raw.remaining());
        assertEquals(0, raw.get(2));
        assertEquals('a', raw.get(3));
        assertTrue(UnixAddress.of("@ab").isAbstract());
        assertThrows(IllegalStateException.class, () -> UnixAddress.of("@ab").path());
    }

    @Test
    void comesBackFromTheKernelsForm() {
        for (String text : new String[] {"/tmp/a", "@ab", "relative"}) {
            UnixAddress address = UnixAddress.of(text);
            UnixAddress back =
                    UnixAddress.ofBytes(
                            Arrays.copyOf(address.toBytes(), 112), address.toBytes().length);
            assertEquals(address, back);
            assertEquals(address.hashCode(), back.hashCode());
            assertEquals(text, back.toString());
        }
        assertEquals(UnixAddress.UNNAMED, UnixAddress.ofBytes(new byte[112], 2));
        assertEquals(UnixAddress.UNNAMED, UnixAddress.ofBytes(new byte[112], 0));
        assertTrue(UnixAddress.UNNAMED.isUnnamed());
        assertFalse(UnixAddress.of("x").isUnnamed());
        assertNotEquals(UnixAddress.of("ab"), UnixAddress.of("@ab"));
    }

    @Test
    void longestNamesFitAndLongerOnesSayHowLongTheyAre() {
        String longest = "p".repeat(UnixAddress.MAX_BYTES);
        assertEquals(110, UnixAddress.ofPath(longest).toBytes().length);
        assertEquals(110, UnixAddress.ofAbstract(longest).toBytes().length);
        assertEquals(
                longest,
                UnixAddress.ofBytes(UnixAddress.ofAbstract(longest).toBytes(), 110)
                        .toString()
                        .substring(1));
        IllegalArgumentException tooLong =
                assertThrows(IllegalArgumentException.class, () -> UnixAddress.of("/" + longest));
        assertTrue(tooLong.getMessage().contains("108 bytes"), tooLong.getMessage());
        assertTrue(tooLong.getMessage().contains("107"), tooLong.getMessage());
        IllegalArgumentException inBytes =
                assertThrows(
                        IllegalArgumentException.class, () -> UnixAddress.of("\u00e9".repeat(54)));
        assertTrue(inBytes.getMessage().contains("108 bytes"), inBytes.getMessage());
    }

    @Test
    void emptyAndBrokenTextsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> UnixAddress.of(""));
        assertThrows(IllegalArgumentException.class, () -> UnixAddress.of("@"));
        assertThrows(IllegalArgumentException.class, () -> UnixAddress.of("/a\0b"));
    }

    @Test
    void controlCharactersOfAPeerAreNotPrinted() {
        byte[] raw = {1, 0, 0, 'a', 27, '\n'};
        assertEquals("@a??", UnixAddress.ofBytes(raw, 6).toString());
    }
}
