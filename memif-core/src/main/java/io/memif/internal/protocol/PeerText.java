package io.memif.internal.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Texts in fixed fields: names and reasons.
 *
 * <p>A peer's text ends at the first NUL or fills its field without one, may go on with garbage
 * after the NUL, and may hold anything, even what a terminal would obey.
 */
public final class PeerText {
    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private PeerText() {}

    /**
     * Makes a peer's text fit for logs and terminals.
     *
     * <p>Well-formed UTF-8 stays as it is. Bytes of control and formatting characters, of line
     * separators and of everything without a glyph of its own, and bytes that are no UTF-8, become
     * {@code \xNN}; a backslash becomes two.
     *
     * @param field the whole field; read up to its first NUL
     * @return printable text, at most four times as long as the field
     */
    public static String printable(byte[] field) {
        int end = lengthToNul(field);
        int i = 0;
        while (i < end && isPlain(field[i])) {
            i++;
        }
        if (i == end) {
            return new String(field, 0, end, StandardCharsets.US_ASCII);
        }
        return escaped(field, end);
    }

    private static boolean isPlain(byte b) {
        return b >= ' ' && b <= '~' && b != '\\';
    }

    private static String escaped(byte[] field, int end) {
        StringBuilder text = new StringBuilder(field.length);
        int i = 0;
        while (i < end) {
            int size = sequenceLength(field[i]);
            String character = size == 0 || i + size > end ? "" : utf8(field, i, size);
            if (isPrintable(character)) {
                text.append(character.equals("\\") ? "\\\\" : character);
                i += size;
            } else {
                escape(text, field[i]);
                i++;
            }
        }
        return text.toString();
    }

    /** Our own text for a field: cut between characters, always followed by a NUL. */
    static byte[] toField(String text, int size) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int end = Math.min(lengthToNul(bytes), size - 1);
        if (end < bytes.length) {
            while (end > 0 && isContinuation(bytes[end])) {
                end--;
            }
        }
        return Arrays.copyOf(Arrays.copyOf(bytes, end), size);
    }

    private static int lengthToNul(byte[] field) {
        int length = 0;
        while (length < field.length && field[length] != 0) {
            length++;
        }
        return length;
    }

    private static boolean isContinuation(byte b) {
        return (b & 0xc0) == 0x80;
    }

    private static int sequenceLength(byte lead) {
        int value = lead & 0xff;
        if (value < 0x80) {
            return 1;
        }
        if (value < 0xc2 || value > 0xf4) {
            return 0;
        }
        return value < 0xe0 ? 2 : value < 0xf0 ? 3 : 4;
    }

    private static String utf8(byte[] field, int offset, int size) {
        String text = new String(field, offset, size, StandardCharsets.UTF_8);
        boolean oneCharacter = text.codePointCount(0, text.length()) == 1;
        return oneCharacter && text.codePointAt(0) != '\ufffd' ? text : "";
    }

    private static boolean isPrintable(String character) {
        if (character.isEmpty()) {
            return false;
        }
        return switch (Character.getType(character.codePointAt(0))) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    false;
            default -> true;
        };
    }

    private static void escape(StringBuilder text, byte b) {
        text.append("\\x").append(HEX[(b >> 4) & 0xf]).append(HEX[b & 0xf]);
    }
}
