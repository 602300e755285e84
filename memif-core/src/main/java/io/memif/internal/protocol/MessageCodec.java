package io.memif.internal.protocol;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Between messages and their 128 bytes.
 *
 * <p>All integers are little-endian and packed without alignment. Unused bytes are undefined on
 * receive, since not every peer clears them, and zero when we send.
 */
public final class MessageCodec {
    /** Bytes of a control message: one datagram, never split, never merged. */
    public static final int MESSAGE_SIZE = 128;

    private static final int TYPE = 0;

    private static final int NAME_SIZE = 32;

    private static final int HELLO_NAME = 2;
    private static final int HELLO_MIN_VERSION = 34;
    private static final int HELLO_MAX_VERSION = 36;
    private static final int HELLO_MAX_REGION = 38;
    // M2S comes before S2M here.
    private static final int HELLO_MAX_M2S_RING = 40;
    private static final int HELLO_MAX_S2M_RING = 42;
    private static final int HELLO_MAX_LOG2_RING_SIZE = 44;

    private static final int INIT_VERSION = 2;
    private static final int INIT_ID = 4;
    private static final int INIT_MODE = 8;
    private static final int INIT_SECRET = 9;
    private static final int INIT_NAME = 33;

    private static final int ADD_REGION_INDEX = 2;
    private static final int ADD_REGION_SIZE = 4;

    private static final int ADD_RING_FLAGS = 2;
    private static final int ADD_RING_FLAG_S2M = 1;
    private static final int ADD_RING_INDEX = 4;
    private static final int ADD_RING_REGION = 6;
    private static final int ADD_RING_OFFSET = 8;
    private static final int ADD_RING_LOG2_SIZE = 12;
    private static final int ADD_RING_PRIVATE_HEADER_SIZE = 13;

    private static final int CONNECT_NAME = 2;

    private static final int DISCONNECT_CODE = 2;
    private static final int DISCONNECT_REASON = 6;
    private static final int DISCONNECT_REASON_SIZE = 96;

    private MessageCodec() {}

    /** What the bytes of a frame turned out to be: a message, or why they are none. */
    public sealed interface Decoded permits Message, Refusal {}

    /**
     * Writes a message; bytes that it does not use are 0, so that nothing of ours leaks.
     *
     * @param frame takes 128 bytes from its position, in little-endian whatever its byte order;
     *     position, limit and order are left as they are
     * @throws IllegalArgumentException if a number does not fit its field
     * @throws IndexOutOfBoundsException if fewer than 128 bytes remain
     */
    public static void encode(Message message, ByteBuffer frame) {
        byte[] out = new byte[MESSAGE_SIZE];
        putU16(out, TYPE, message.type().wire());
        switch (message.type()) {
            case HELLO -> encodeHello((Message.Hello) message, out);
            case INIT -> encodeInit((Message.Init) message, out);
            case ADD_REGION -> encodeAddRegion((Message.AddRegion) message, out);
            case ADD_RING -> encodeAddRing((Message.AddRing) message, out);
            case CONNECT -> encodeName(((Message.Connect) message).interfaceName(), out);
            case CONNECTED -> encodeName(((Message.Connected) message).interfaceName(), out);
            case DISCONNECT -> encodeDisconnect((Message.Disconnect) message, out);
            default -> {
                // ACK is its type alone.
            }
        }
        frame.put(frame.position(), out);
    }

    /**
     * Reads a message. Any bytes are answered; nothing is thrown for what a peer wrote.
     *
     * @param frame holds the datagram from its position on, little-endian whatever its byte order;
     *     position, limit and order are left as they are
     * @param length real length of the datagram in bytes, which may exceed what was received
     * @return the message, or a refusal if the size or the type is wrong
     * @throws IndexOutOfBoundsException if the length is 128 and fewer bytes remain in the frame
     */
    public static Decoded decode(ByteBuffer frame, int length) {
        if (length != MESSAGE_SIZE) {
            return Refusal.Reason.MESSAGE_SIZE.because(length + " bytes, 128 expected");
        }
        byte[] in = new byte[MESSAGE_SIZE];
        frame.get(frame.position(), in);
        int wire = u16(in, TYPE);
        Message.Type type = Message.Type.ofWire(wire).orElse(null);
        if (type == null) {
            return Refusal.Reason.UNKNOWN_TYPE.because(Integer.toString(wire));
        }
        return switch (type) {
            case ACK -> new Message.Ack();
            case HELLO -> decodeHello(in);
            case INIT -> decodeInit(in);
            case ADD_REGION -> decodeAddRegion(in);
            case ADD_RING -> decodeAddRing(in);
            case CONNECT -> new Message.Connect(decodeName(in));
            case CONNECTED -> new Message.Connected(decodeName(in));
            default -> decodeDisconnect(in);
        };
    }

    private static void encodeHello(Message.Hello hello, byte[] out) {
        putText(out, HELLO_NAME, NAME_SIZE, hello.name());
        putU16(out, HELLO_MIN_VERSION, hello.minVersion());
        putU16(out, HELLO_MAX_VERSION, hello.maxVersion());
        putU16(out, HELLO_MAX_REGION, hello.maxRegion());
        putU16(out, HELLO_MAX_M2S_RING, hello.maxM2sRing());
        putU16(out, HELLO_MAX_S2M_RING, hello.maxS2mRing());
        putU8(out, HELLO_MAX_LOG2_RING_SIZE, hello.maxLog2RingSize());
    }

    private static Message.Hello decodeHello(byte[] in) {
        return new Message.Hello(
                text(in, HELLO_NAME, NAME_SIZE),
                u16(in, HELLO_MIN_VERSION),
                u16(in, HELLO_MAX_VERSION),
                u16(in, HELLO_MAX_REGION),
                u16(in, HELLO_MAX_M2S_RING),
                u16(in, HELLO_MAX_S2M_RING),
                u8(in, HELLO_MAX_LOG2_RING_SIZE));
    }

    private static void encodeInit(Message.Init init, byte[] out) {
        putU16(out, INIT_VERSION, init.version());
        put(out, INIT_ID, Integer.BYTES, init.id());
        putU8(out, INIT_MODE, init.mode());
        put(out, INIT_SECRET, init.secret().toField());
        putText(out, INIT_NAME, NAME_SIZE, init.name());
    }

    private static Message.Init decodeInit(byte[] in) {
        return new Message.Init(
                u16(in, INIT_VERSION),
                (int) get(in, INIT_ID, Integer.BYTES),
                u8(in, INIT_MODE),
                Secret.ofField(field(in, INIT_SECRET, Secret.MAX_LENGTH)),
                text(in, INIT_NAME, NAME_SIZE));
    }

    private static void encodeAddRegion(Message.AddRegion region, byte[] out) {
        putU16(out, ADD_REGION_INDEX, region.index());
        put(out, ADD_REGION_SIZE, Long.BYTES, region.size());
    }

    private static Message.AddRegion decodeAddRegion(byte[] in) {
        return new Message.AddRegion(
                u16(in, ADD_REGION_INDEX), get(in, ADD_REGION_SIZE, Long.BYTES));
    }

    private static void encodeAddRing(Message.AddRing ring, byte[] out) {
        RingPlacement placement = ring.placement();
        boolean s2m = placement.direction() == Direction.S2M;
        putU16(out, ADD_RING_FLAGS, s2m ? ADD_RING_FLAG_S2M : 0);
        putU16(out, ADD_RING_INDEX, placement.index());
        putU16(out, ADD_RING_REGION, placement.region());
        putU32(out, ADD_RING_OFFSET, placement.offset());
        putU8(out, ADD_RING_LOG2_SIZE, placement.log2Size());
        putU16(out, ADD_RING_PRIVATE_HEADER_SIZE, ring.privateHeaderSize());
    }

    private static Message.AddRing decodeAddRing(byte[] in) {
        // The other flag bits have no meaning yet; all known masters ignore them.
        int flags = u16(in, ADD_RING_FLAGS) & ADD_RING_FLAG_S2M;
        RingPlacement placement =
                new RingPlacement(
                        flags != 0 ? Direction.S2M : Direction.M2S,
                        u16(in, ADD_RING_INDEX),
                        u16(in, ADD_RING_REGION),
                        u32(in, ADD_RING_OFFSET),
                        u8(in, ADD_RING_LOG2_SIZE));
        return new Message.AddRing(placement, u16(in, ADD_RING_PRIVATE_HEADER_SIZE));
    }

    private static void encodeName(String name, byte[] out) {
        putText(out, CONNECT_NAME, NAME_SIZE, name);
    }

    private static String decodeName(byte[] in) {
        return text(in, CONNECT_NAME, NAME_SIZE);
    }

    private static void encodeDisconnect(Message.Disconnect disconnect, byte[] out) {
        putU32(out, DISCONNECT_CODE, disconnect.code());
        putText(out, DISCONNECT_REASON, DISCONNECT_REASON_SIZE, disconnect.reason());
    }

    private static Message.Disconnect decodeDisconnect(byte[] in) {
        return new Message.Disconnect(
                u32(in, DISCONNECT_CODE), text(in, DISCONNECT_REASON, DISCONNECT_REASON_SIZE));
    }

    private static int u8(byte[] in, int offset) {
        return (int) get(in, offset, Byte.BYTES);
    }

    private static int u16(byte[] in, int offset) {
        return (int) get(in, offset, Short.BYTES);
    }

    private static long u32(byte[] in, int offset) {
        return get(in, offset, Integer.BYTES);
    }

    private static void putU8(byte[] out, int offset, int value) {
        putUnsigned(out, offset, Byte.BYTES, value);
    }

    private static void putU16(byte[] out, int offset, int value) {
        putUnsigned(out, offset, Short.BYTES, value);
    }

    private static void putU32(byte[] out, int offset, long value) {
        putUnsigned(out, offset, Integer.BYTES, value);
    }

    private static void putUnsigned(byte[] out, int offset, int size, long value) {
        if (value >>> size * Byte.SIZE != 0) {
            throw new IllegalArgumentException(
                    value + " does not fit into the " + size * Byte.SIZE + " bits at " + offset);
        }
        put(out, offset, size, value);
    }

    /** An unsigned number; if it has 8 bytes, the long may be negative. */
    private static long get(byte[] in, int offset, int size) {
        long value = 0;
        for (int i = size - 1; i >= 0; i--) {
            value = value << Byte.SIZE | Byte.toUnsignedLong(in[offset + i]);
        }
        return value;
    }

    private static void put(byte[] out, int offset, int size, long value) {
        for (int i = 0; i < size; i++) {
            out[offset + i] = (byte) (value >>> i * Byte.SIZE);
        }
    }

    private static void put(byte[] out, int offset, byte[] field) {
        System.arraycopy(field, 0, out, offset, field.length);
    }

    private static byte[] field(byte[] in, int offset, int size) {
        return Arrays.copyOfRange(in, offset, offset + size);
    }

    private static String text(byte[] in, int offset, int size) {
        return PeerText.printable(field(in, offset, size));
    }

    private static void putText(byte[] out, int offset, int size, String text) {
        put(out, offset, PeerText.toField(text, size));
    }
}
