package io.memif.examples.doctor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A message of the control channel, memif protocol 2.0: at most 128 bytes, little-endian, its type
 * in the first two. Nothing is expected of what a peer sends.
 */
final class ControlMessage {
    /** Every message has as many bytes. */
    static final int BYTES = 128;

    private static final int VERSION_2_0 = 0x200;

    /** Types in the order of their numbers. */
    enum Type {
        NONE,
        ACK,
        HELLO,
        INIT,
        ADD_REGION,
        ADD_RING,
        CONNECT,
        CONNECTED,
        DISCONNECT,
        /** Any other number. */
        UNKNOWN
    }

    private final boolean fromPeer;
    private final int length;
    private final ByteBuffer bytes;

    /**
     * A copy of a message.
     *
     * @param fromPeer whether the peer sent it
     * @param source holds it from its position to its limit; left as it is
     */
    ControlMessage(boolean fromPeer, ByteBuffer source) {
        this.fromPeer = fromPeer;
        length = source.remaining();
        byte[] copy = new byte[Math.max(BYTES, length)];
        source.get(source.position(), copy, 0, length);
        bytes = ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** A DISCONNECT, ready to be sent. */
    static ByteBuffer disconnect(String reason) {
        return ByteBuffer.allocate(BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort(0, (short) Type.DISCONNECT.ordinal())
                .put(6, reason.getBytes(StandardCharsets.US_ASCII));
    }

    boolean fromPeer() {
        return fromPeer;
    }

    Type type() {
        int number = u16(0);
        return number < Type.UNKNOWN.ordinal() ? Type.values()[number] : Type.UNKNOWN;
    }

    /** Who sent HELLO or INIT. */
    String application() {
        return text(type() == Type.HELLO ? 2 : 33, 32);
    }

    /** Interface id of INIT. */
    int id() {
        return bytes.getInt(4);
    }

    /** Mode of INIT: 0 Ethernet, 1 IP. */
    int mode() {
        return bytes.get(8) & 0xff;
    }

    /** Whether INIT carries a secret. */
    boolean hasSecret() {
        return bytes.get(9) != 0;
    }

    /** Index of ADD_REGION. */
    int regionIndex() {
        return u16(2);
    }

    /** Whether ADD_RING announces a ring on which the slave sends. */
    boolean isS2m() {
        return (u16(2) & 1) != 0;
    }

    /** Region of ADD_RING. */
    int ringRegion() {
        return u16(6);
    }

    /** Where the ring of ADD_RING begins in its region. */
    long ringOffset() {
        return Integer.toUnsignedLong(bytes.getInt(8));
    }

    /** Slots of the ring of ADD_RING. */
    long ringSize() {
        return 1L << Math.min(32, bytes.get(12) & 0xff);
    }

    /** Reason of DISCONNECT. */
    String reason() {
        return text(6, 96);
    }

    private int u16(int offset) {
        return bytes.getShort(offset) & 0xffff;
    }

    /** Printable, whatever the peer wrote. */
    private String text(int offset, int most) {
        byte[] field = Arrays.copyOfRange(bytes.array(), offset, offset + most);
        int end = 0;
        while (end < most && field[end] != 0) {
            end++;
        }
        return new String(field, 0, end, StandardCharsets.US_ASCII)
                .replaceAll("[^\\x20-\\x7e]", "?");
    }

    /** The message in words. */
    String describe() {
        return (length == BYTES ? "" : "(" + length + " bytes instead of 128) ") + content();
    }

    private String content() {
        return switch (type()) {
            case HELLO ->
                    "HELLO \"%s\", %s, up to %d S2M and %d M2S rings of %d slots, %d regions"
                            .formatted(
                                    application(),
                                    versions(u16(34), u16(36)),
                                    u16(42) + 1,
                                    u16(40) + 1,
                                    1L << Math.min(32, bytes.get(44) & 0xff),
                                    u16(38) + 1);
            case INIT ->
                    "INIT \"%s\", %s, id %s, mode %s, %s"
                            .formatted(
                                    application(),
                                    versions(u16(2), u16(2)),
                                    Integer.toUnsignedString(id()),
                                    modeName(mode()),
                                    hasSecret() ? "with a secret" : "no secret");
            case ADD_REGION -> "ADD_REGION %d, %d bytes".formatted(regionIndex(), bytes.getLong(4));
            case ADD_RING ->
                    "ADD_RING %s %d, %d slots, in region %d at %d"
                            .formatted(
                                    isS2m() ? "S2M" : "M2S",
                                    u16(4),
                                    ringSize(),
                                    ringRegion(),
                                    ringOffset());
            case CONNECT, CONNECTED -> "%s \"%s\"".formatted(type(), text(2, 32));
            case DISCONNECT -> "DISCONNECT \"%s\"".formatted(reason());
            case ACK -> "ACK";
            default -> "message of type " + u16(0);
        };
    }

    /** How options spell a mode. */
    static String modeName(int mode) {
        return switch (mode) {
            case 0 -> "ethernet";
            case 1 -> "ip";
            default -> Integer.toString(mode);
        };
    }

    private static String versions(int lowest, int highest) {
        if (lowest == VERSION_2_0 && highest == VERSION_2_0) {
            return "version 2.0";
        }
        return "versions %d.%d to %d.%d"
                .formatted(lowest >> 8, lowest & 0xff, highest >> 8, highest & 0xff);
    }
}
