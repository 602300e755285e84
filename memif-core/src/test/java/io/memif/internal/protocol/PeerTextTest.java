package io.memif.internal.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class PeerTextTest {
    @Test
    void plainTextStaysAsItIs() {
        assertEquals("VPP 26.10-rc0~374-gb575ec2c56d", utf8("VPP 26.10-rc0~374-gb575ec2c56d"));
        assertEquals("é ß 日本 😀", utf8("é ß 日本 😀"));
        assertEquals("", utf8(""));
    }

    @Test
    void stopsAtTheFirstNul() {
        assertEquals("ab", utf8("ab\0cd"));
        assertEquals("", utf8("\0cd"));
    }

    @Test
    void escapesWhatATerminalWouldObeyOrHide() {
        assertEquals("\\x1b[31mred", utf8("\033[31mred"));
        assertEquals("\\x01\\x09\\x0a\\x0d\\x7f", utf8("\1\t\n\r\177"));
        assertEquals("\\xc2\\x9b", utf8("\u009b"), "C1 control sequence introducer");
        assertEquals("\\xe2\\x80\\xae", utf8("\u202e"), "right-to-left override");
        assertEquals("\\xe2\\x80\\xa8\\xe2\\x80\\xa9", utf8("\u2028\u2029"), "line separators");
        assertEquals("\\xee\\x80\\x80", utf8("\ue000"), "private use");
        assertEquals("\\xf3\\xa0\\x80\\x81", utf8("\udb40\udc01"), "invisible tag");
    }

    @Test
    void escapesItsOwnEscapeCharacter() {
        assertEquals("\\\\x1b", utf8("\\x1b"));
    }

    @Test
    void escapesWhatIsNoUtf8() {
        assertEquals("a\\xffb", bytes('a', 0xff, 'b'));
        assertEquals("\\x80", bytes(0x80));
        assertEquals("\\xc0\\xaf", bytes(0xc0, 0xaf), "overlong slash");
        assertEquals("\\xe0\\x80\\xaf", bytes(0xe0, 0x80, 0xaf), "overlong slash");
        assertEquals("\\xed\\xa0\\x80", bytes(0xed, 0xa0, 0x80), "surrogate");
        assertEquals("\\xf4\\x90\\x80\\x80", bytes(0xf4, 0x90, 0x80, 0x80), "above U+10FFFF");
        assertEquals("\\xf5\\x80\\x80\\x80", bytes(0xf5, 0x80, 0x80, 0x80));
        assertEquals("\\xe2\\x82", bytes(0xe2, 0x82), "cut off");
        assertEquals("\\xe2\\x82a", bytes(0xe2, 0x82, 'a'));
        assertEquals("\\xef\\xbf\\xbd", bytes(0xef, 0xbf, 0xbd), "the replacement character");
    }

    @Test
    void anyTwoBytesBecomePrintable() {
        for (int i = 0; i < 0x10000; i++) {
            String text = bytes(i & 0xff, i >> 8, 'z');
            assertTrue(text.codePoints().noneMatch(Character::isISOControl), text);
            assertTrue(text.endsWith("z") || (i & 0xff) == 0 || i >> 8 == 0, text);
        }
    }

    @Test
    void ourTextIsCutBetweenCharacters() {
        assertArrayEquals(new byte[] {'a', 'b', 0, 0}, PeerText.toField("ab", 4));
        assertArrayEquals(new byte[] {'a', 'b', 'c', 0}, PeerText.toField("abcd", 4));
        assertArrayEquals(field("aé", 4), PeerText.toField("aé", 4));
        assertArrayEquals(field("aé", 4), PeerText.toField("aéx", 4));
        assertArrayEquals(new byte[] {'a', 'b', 0, 0}, PeerText.toField("abé", 4));
        assertArrayEquals(new byte[4], PeerText.toField("😀", 4));
        assertArrayEquals(new byte[] {'a', 0, 0, 0}, PeerText.toField("a\0bc", 4));
    }

    private static byte[] field(String text, int size) {
        return Arrays.copyOf(text.getBytes(StandardCharsets.UTF_8), size);
    }

    private static String utf8(String text) {
        return PeerText.printable(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return PeerText.printable(bytes);
    }
}
