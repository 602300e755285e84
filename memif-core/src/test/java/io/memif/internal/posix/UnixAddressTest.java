package io.memif.internal.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

/** Texts to socket addresses and back, byte for byte. */
class UnixAddressTest {
    private final ByteBuffer raw =
            ByteBuffer.allocateDirect(UnixAddress.CAPACITY).order(ByteOrder.nativeOrder());

    @Test
    void pathIsEncodedWithItsTerminator() {
        int length = UnixAddress.of("/tmp/a").encode(raw);
        assertEquals(2 + 6 + 1, length);
        assertEquals(1, raw.getShort(0));
        assertEquals('/', raw.get(2));
        assertEquals('a', raw.get(7));
        assertEquals(0, raw.get(8));
    }

    @Test
    void abstractNameIsEncodedWithItsLeadingZeroOnly() {
        int length = UnixAddress.of("@ab").encode(raw);
        assertEquals(2 + 1 + 2, length);
        assertEquals(0, raw.get(2));
        assertEquals('a', raw.get(3));
        assertTrue(UnixAddress.of("@ab").isAbstract());
        assertThrows(IllegalStateException.class, () -> UnixAddress.of("@ab").path());
    }

    @Test
    void comesBackFromTheKernelsForm() {
        for (String text : new String[] {"/tmp/a", "@ab", "relative"}) {
            UnixAddress address = UnixAddress.of(text);
            UnixAddress back = UnixAddress.decode(raw, address.encode(raw));
            assertEquals(address, back);
            assertEquals(address.hashCode(), back.hashCode());
            assertEquals(text, back.toString());
        }
        assertEquals(UnixAddress.UNNAMED, UnixAddress.decode(raw, 2));
        assertEquals(UnixAddress.UNNAMED, UnixAddress.decode(raw, 0));
        assertTrue(UnixAddress.UNNAMED.isUnnamed());
        assertFalse(UnixAddress.of("x").isUnnamed());
        assertNotEquals(UnixAddress.of("ab"), UnixAddress.of("@ab"));
    }

    @Test
    void longestNamesFitAndLongerOnesSayHowLongTheyAre() {
        String longest = "p".repeat(UnixAddress.MAX_BYTES);
        assertEquals(110, UnixAddress.ofPath(longest).encode(raw));
        assertEquals(110, UnixAddress.ofAbstract(longest).encode(raw));
        assertEquals(longest, UnixAddress.decode(raw, 110).toString().substring(1));
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
        raw.put(2, (byte) 0).put(3, (byte) 'a').put(4, (byte) 27).put(5, (byte) '\n');
        assertEquals("@a??", UnixAddress.decode(raw, 6).toString());
    }
}
