package io.memif.tests.hostile;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A control message as raw bytes. Offsets come from the protocol's tables and are written down a
 * second time here, so that a mistake in the library's codec cannot hide behind itself.
 */
public final class RawMessage {
    public static final int SIZE = 128;

    public static final int NONE = 0;
    public static final int ACK = 1;
    public static final int HELLO = 2;
    public static final int INIT = 3;
    public static final int ADD_REGION = 4;
    public static final int ADD_RING = 5;
    public static final int CONNECT = 6;
    public static final int CONNECTED = 7;
    public static final int DISCONNECT = 8;

    /** Where a message's text field starts: a name, or the reason of a DISCONNECT. */
    private static final int NAME = 2;

    private static final int REASON = 6;

    private final ByteBuffer bytes;

    private RawMessage(byte[] bytes) {
        this.bytes = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    public static RawMessage of(int type) {
        return new RawMessage(new byte[SIZE]).u16(0, type);
    }

    public static RawMessage ofBytes(byte[] bytes) {
        return new RawMessage(bytes);
    }

    public static RawMessage ack() {
        return of(ACK);
    }

    public static RawMessage hello() {
        return of(HELLO)
                .text(NAME, 32, "raw master")
                .u16(34, 0x0200)
                .u16(36, 0x0200)
                .u16(38, 255)
                .u16(40, 255)
                .u16(42, 255)
                .u8(44, 14);
    }

    public static RawMessage init(int id) {
        return of(INIT).u16(2, 0x0200).u32(4, id).u8(8, 0).text(33, 32, "raw slave");
    }

    public static RawMessage addRegion(int index, long size) {
        return of(ADD_REGION).u16(2, index).u64(4, size);
    }

    public static RawMessage addRing(boolean s2m, int index, int region, long offset, int log2) {
        return of(ADD_RING)
                .u16(2, s2m ? 1 : 0)
                .u16(4, index)
                .u16(6, region)
                .u32(8, offset)
                .u8(12, log2)
                .u16(13, 0);
    }

    public static RawMessage connect(String name) {
        return of(CONNECT).text(NAME, 32, name);
    }

    public static RawMessage connected(String name) {
        return of(CONNECTED).text(NAME, 32, name);
    }

    public static RawMessage disconnect(long code, String reason) {
        return of(DISCONNECT).u32(2, code).text(REASON, 96, reason);
    }

    public RawMessage u8(int at, int value) {
        bytes.put(at, (byte) value);
        return this;
    }

    public RawMessage u16(int at, int value) {
        bytes.putShort(at, (short) value);
        return this;
    }

    public RawMessage u32(int at, long value) {
        bytes.putInt(at, (int) value);
        return this;
    }

    public RawMessage u64(int at, long value) {
        bytes.putLong(at, value);
        return this;
    }

    public RawMessage text(int at, int size, String text) {
        return raw(at, Arrays.copyOf(text.getBytes(StandardCharsets.UTF_8), size));
    }

    public RawMessage raw(int at, byte[] value) {
        bytes.put(at, value);
        return this;
    }

    /** A length other than 128: cut, or longer with zeros at the end. */
    public RawMessage length(int length) {
        return new RawMessage(Arrays.copyOf(bytes.array(), length));
    }

    public byte[] bytes() {
        return bytes.array();
    }

    public int length() {
        return bytes.capacity();
    }

    public int type() {
        return u16(0);
    }

    public int u8(int at) {
        return bytes.get(at) & 0xff;
    }

    public int u16(int at) {
        return bytes.getShort(at) & 0xffff;
    }

    public long u32(int at) {
        return bytes.getInt(at) & 0xffffffffL;
    }

    public long u64(int at) {
        return bytes.getLong(at);
    }

    public String text(int at, int size) {
        int end = at;
        while (end < at + size && bytes.get(end) != 0) {
            end++;
        }
        return new String(bytes.array(), at, end - at, StandardCharsets.UTF_8);
    }

    public String reason() {
        return text(REASON, 96);
    }

    @Override
    public String toString() {
        return length() < 2
                ? length() + " bytes"
                : "type " + type() + (type() == DISCONNECT ? " \"" + reason() + "\"" : "");
    }
}
