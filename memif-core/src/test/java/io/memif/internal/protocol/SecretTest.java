package io.memif.internal.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class SecretTest {
    @Test
    void fieldCountsUpToItsFirstNul() {
        assertEquals(of("abc"), Secret.ofField(field("abc\0garbage")));
        assertEquals(Secret.NONE, Secret.ofField(field("\0garbage")));
        assertNotEquals(of("abc"), Secret.ofField(field("abcd")));
        assertNotEquals(of("abc"), Secret.ofField(field("ab")));
        assertNotEquals(of("abc"), Secret.ofField(field("xbc")));
    }

    @Test
    void allTwentyFourBytesCount() {
        String full = "0123456789abcdefghijklmn";
        assertEquals(of(full), Secret.ofField(field(full)));
        assertNotEquals(of(full), Secret.ofField(field("0123456789abcdefghijklmX")));
        assertNotEquals(of(full), Secret.ofField(field("0123456789abcdefghijklm")));
    }

    @Test
    void fieldIsPaddedWithZeros() {
        assertArrayEquals(field("abc"), of("abc").toField());
        assertArrayEquals(new byte[24], Secret.NONE.toField());
    }

    @Test
    void emptyIsNone() {
        assertSame(Secret.NONE, Secret.of(new byte[0]));
        assertTrue(Secret.NONE.isNone());
        assertTrue(Secret.ofField(new byte[24]).isNone());
        assertFalse(of("a").isNone());
    }

    @Test
    void isNeverShown() {
        assertEquals("set", of("abc").toString());
        assertEquals("none", Secret.NONE.toString());
        assertFalse(MachineFixture.slaveParameters(of("abc")).toString().contains("abc"));
        assertFalse(MachineFixture.entry(of("abc")).toString().contains("abc"));
    }

    /** Its time says too little on a busy machine; whose comparison it is can be seen. */
    @Test
    void isComparedByTheJdksConstantTimeComparison() throws IOException {
        try (InputStream code = Secret.class.getResourceAsStream("Secret.class")) {
            String names = new String(code.readAllBytes(), StandardCharsets.ISO_8859_1);
            assertTrue(names.contains("java/security/MessageDigest"));
            assertTrue(names.contains("isEqual"));
        }
    }

    @Test
    void isIndependentOfTheCallersBytes() {
        byte[] bytes = {'a', 'b'};
        Secret secret = Secret.of(bytes);
        bytes[0] = 'x';
        secret.toField()[1] = 'x';
        assertEquals(of("ab"), secret);
        assertEquals(of("ab").hashCode(), secret.hashCode());
        assertNotEquals(secret, "ab");
    }

    @Test
    void refusesWhatCannotBeSent() {
        assertThrows(IllegalArgumentException.class, () -> of("x".repeat(25)));
        assertThrows(IllegalArgumentException.class, () -> Secret.of(new byte[] {'a', 0, 'b'}));
    }

    private static Secret of(String text) {
        return Secret.of(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] field(String text) {
        return Arrays.copyOf(text.getBytes(StandardCharsets.US_ASCII), 24);
    }
}
