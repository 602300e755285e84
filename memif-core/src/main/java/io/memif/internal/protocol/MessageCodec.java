package io.memif.internal.protocol;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

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
        ByteBuffer out = frame.slice(frame.position(), MESSAGE_SIZE);
        out.order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < MESSAGE_SIZE; i += Long.BYTES) {
            out.putLong(i, 0);
        }
        out.putShort(TYPE, (short) message.type().wire());
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
        ByteBuffer in = frame.slice(frame.position(), MESSAGE_SIZE);
        in.order(ByteOrder.LITTLE_ENDIAN);
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

    private static void encodeHello(Message.Hello hello, ByteBuffer out) {
        putText(out, HELLO_NAME, NAME_SIZE, hello.name());
        putU16(out, HELLO_MIN_VERSION, hello.minVersion());
        putU16(out, HELLO_MAX_VERSION, hello.maxVersion());
        putU16(out, HELLO_MAX_REGION, hello.maxRegion());
        putU16(out, HELLO_MAX_M2S_RING, hello.maxM2sRing());
        putU16(out, HELLO_MAX_S2M_RING, hello.maxS2mRing());
        putU8(out, HELLO_MAX_LOG2_RING_SIZE, hello.maxLog2RingSize());
    }

    private static Message.Hello decodeHello(ByteBuffer in) {
        return new Message.Hello(
                text(in, HELLO_NAME, NAME_SIZE),
                u16(in, HELLO_MIN_VERSION),
                u16(in, HELLO_MAX_VERSION),
                u16(in, HELLO_MAX_REGION),
                u16(in, HELLO_MAX_M2S_RING),
                u16(in, HELLO_MAX_S2M_RING),
                u8(in, HELLO_MAX_LOG2_RING_SIZE));
    }

    private static void encodeInit(Message.Init init, ByteBuffer out) {
        putU16(out, INIT_VERSION, init.version());
        out.putInt(INIT_ID, init.id());
        putU8(out, INIT_MODE, init.mode());
        out.put(INIT_SECRET, init.secret().toField());
        putText(out, INIT_NAME, NAME_SIZE, init.name());
    }

    private static Message.Init decodeInit(ByteBuffer in) {
        return new Message.Init(
                u16(in, INIT_VERSION),
                in.getInt(INIT_ID),
                u8(in, INIT_MODE),
                Secret.ofField(bytes(in, INIT_SECRET, Secret.MAX_LENGTH)),
                text(in, INIT_NAME, NAME_SIZE));
    }

    private static void encodeAddRegion(Message.AddRegion region, ByteBuffer out) {
        putU16(out, ADD_REGION_INDEX, region.index());
        out.putLong(ADD_REGION_SIZE, region.size());
    }

    private static Message.AddRegion decodeAddRegion(ByteBuffer in) {
        return new Message.AddRegion(u16(in, ADD_REGION_INDEX), in.getLong(ADD_REGION_SIZE));
    }

    private static void encodeAddRing(Message.AddRing ring, ByteBuffer out) {
        RingPlacement placement = ring.placement();
        boolean s2m = placement.direction() == Direction.S2M;
        out.putShort(ADD_RING_FLAGS, (short) (s2m ? ADD_RING_FLAG_S2M : 0));
        putU16(out, ADD_RING_INDEX, placement.index());
        putU16(out, ADD_RING_REGION, placement.region());
        putU32(out, ADD_RING_OFFSET, placement.offset());
        putU8(out, ADD_RING_LOG2_SIZE, placement.log2Size());
        putU16(out, ADD_RING_PRIVATE_HEADER_SIZE, ring.privateHeaderSize());
    }

    private static Message.AddRing decodeAddRing(ByteBuffer in) {
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

    private static void encodeName(String name, ByteBuffer out) {
        putText(out, CONNECT_NAME, NAME_SIZE, name);
    }

    private static String decodeName(ByteBuffer in) {
        return text(in, CONNECT_NAME, NAME_SIZE);
    }

    private static void encodeDisconnect(Message.Disconnect disconnect, ByteBuffer out) {
        putU32(out, DISCONNECT_CODE, disconnect.code());
        putText(out, DISCONNECT_REASON, DISCONNECT_REASON_SIZE, disconnect.reason());
    }

    private static Message.Disconnect decodeDisconnect(ByteBuffer in) {
        return new Message.Disconnect(
                u32(in, DISCONNECT_CODE), text(in, DISCONNECT_REASON, DISCONNECT_REASON_SIZE));
    }

    private static int u8(ByteBuffer in, int offset) {
        return Byte.toUnsignedInt(in.get(offset));
    }

    private static int u16(ByteBuffer in, int offset) {
        return Short.toUnsignedInt(in.getShort(offset));
    }

    private static long u32(ByteBuffer in, int offset) {
        return Integer.toUnsignedLong(in.getInt(offset));
    }

    private static void putU8(ByteBuffer out, int offset, int value) {
        require("byte at " + offset, value, 0, 0xff);
        out.put(offset, (byte) value);
    }

    private static void putU16(ByteBuffer out, int offset, int value) {
        require("16 bits at " + offset, value, 0, 0xffff);
        out.putShort(offset, (short) value);
    }

    private static void putU32(ByteBuffer out, int offset, long value) {
        require("32 bits at " + offset, value, 0, 0xffff_ffffL);
        out.putInt(offset, (int) value);
    }

    private static void require(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                    name + "=" + value + " is outside " + min + " to " + max);
        }
    }

    private static byte[] bytes(ByteBuffer in, int offset, int size) {
        byte[] bytes = new byte[size];
        in.get(offset, bytes);
        return bytes;
    }

    private static String text(ByteBuffer in, int offset, int size) {
        return PeerText.printable(bytes(in, offset, size));
    }

    private static void putText(ByteBuffer out, int offset, int size, String text) {
        out.put(offset, PeerText.toField(text, size));
    }
}
