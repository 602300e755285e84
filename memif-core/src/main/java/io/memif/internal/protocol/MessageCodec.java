package io.memif.internal.protocol;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Between messages and their 128 bytes. */
public final class MessageCodec {
    /** Bytes of a control message: one datagram, never split, never merged. */
    public static final int MESSAGE_SIZE = 128;

    private MessageCodec() {}

    /**
     * Writes a message; bytes that it does not use are 0, so that nothing of ours leaks.
     *
     * @param message what to send
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
        out.putShort(MessageLayout.TYPE, (short) message.type().wire());
        switch (message.type()) {
            case HELLO -> encodeHello((Hello) message, out);
            case INIT -> encodeInit((Init) message, out);
            case ADD_REGION -> encodeAddRegion((AddRegion) message, out);
            case ADD_RING -> encodeAddRing((AddRing) message, out);
            case CONNECT -> encodeName(((Connect) message).interfaceName(), out);
            case CONNECTED -> encodeName(((Connected) message).interfaceName(), out);
            case DISCONNECT -> encodeDisconnect((Disconnect) message, out);
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
     * @return the message, or a rejection if the size or the type is wrong
     * @throws IndexOutOfBoundsException if the length is 128 and fewer bytes remain in the frame
     */
    public static Decoded decode(ByteBuffer frame, int length) {
        if (length != MESSAGE_SIZE) {
            return RejectReason.MESSAGE_SIZE.because(length + " bytes, 128 expected");
        }
        ByteBuffer in = frame.slice(frame.position(), MESSAGE_SIZE);
        in.order(ByteOrder.LITTLE_ENDIAN);
        int wire = u16(in, MessageLayout.TYPE);
        MessageType type = MessageType.ofWire(wire).orElse(null);
        if (type == null) {
            return RejectReason.UNKNOWN_TYPE.because(Integer.toString(wire));
        }
        return switch (type) {
            case ACK -> new Ack();
            case HELLO -> decodeHello(in);
            case INIT -> decodeInit(in);
            case ADD_REGION -> decodeAddRegion(in);
            case ADD_RING -> decodeAddRing(in);
            case CONNECT -> new Connect(decodeName(in));
            case CONNECTED -> new Connected(decodeName(in));
            default -> decodeDisconnect(in);
        };
    }

    private static void encodeHello(Hello hello, ByteBuffer out) {
        putText(out, MessageLayout.HELLO_NAME, MessageLayout.HELLO_NAME_SIZE, hello.name());
        putU16(out, MessageLayout.HELLO_MIN_VERSION, hello.minVersion());
        putU16(out, MessageLayout.HELLO_MAX_VERSION, hello.maxVersion());
        putU16(out, MessageLayout.HELLO_MAX_REGION, hello.maxRegion());
        putU16(out, MessageLayout.HELLO_MAX_M2S_RING, hello.maxM2sRing());
        putU16(out, MessageLayout.HELLO_MAX_S2M_RING, hello.maxS2mRing());
        putU8(out, MessageLayout.HELLO_MAX_LOG2_RING_SIZE, hello.maxLog2RingSize());
    }

    private static Hello decodeHello(ByteBuffer in) {
        return new Hello(
                text(in, MessageLayout.HELLO_NAME, MessageLayout.HELLO_NAME_SIZE),
                u16(in, MessageLayout.HELLO_MIN_VERSION),
                u16(in, MessageLayout.HELLO_MAX_VERSION),
                u16(in, MessageLayout.HELLO_MAX_REGION),
                u16(in, MessageLayout.HELLO_MAX_M2S_RING),
                u16(in, MessageLayout.HELLO_MAX_S2M_RING),
                u8(in, MessageLayout.HELLO_MAX_LOG2_RING_SIZE));
    }

    private static void encodeInit(Init init, ByteBuffer out) {
        putU16(out, MessageLayout.INIT_VERSION, init.version());
        out.putInt(MessageLayout.INIT_ID, init.id());
        putU8(out, MessageLayout.INIT_MODE, init.mode());
        out.put(MessageLayout.INIT_SECRET, init.secret().toField());
        putText(out, MessageLayout.INIT_NAME, MessageLayout.INIT_NAME_SIZE, init.name());
    }

    private static Init decodeInit(ByteBuffer in) {
        return new Init(
                u16(in, MessageLayout.INIT_VERSION),
                in.getInt(MessageLayout.INIT_ID),
                u8(in, MessageLayout.INIT_MODE),
                Secret.ofField(
                        bytes(in, MessageLayout.INIT_SECRET, MessageLayout.INIT_SECRET_SIZE)),
                text(in, MessageLayout.INIT_NAME, MessageLayout.INIT_NAME_SIZE));
    }

    private static void encodeAddRegion(AddRegion region, ByteBuffer out) {
        putU16(out, MessageLayout.ADD_REGION_INDEX, region.index());
        out.putLong(MessageLayout.ADD_REGION_SIZE, region.size());
    }

    private static AddRegion decodeAddRegion(ByteBuffer in) {
        return new AddRegion(
                u16(in, MessageLayout.ADD_REGION_INDEX), in.getLong(MessageLayout.ADD_REGION_SIZE));
    }

    private static void encodeAddRing(AddRing ring, ByteBuffer out) {
        RingPlacement placement = ring.placement();
        boolean s2m = placement.direction() == Direction.S2M;
        out.putShort(
                MessageLayout.ADD_RING_FLAGS, (short) (s2m ? MessageLayout.ADD_RING_FLAG_S2M : 0));
        putU16(out, MessageLayout.ADD_RING_INDEX, placement.index());
        putU16(out, MessageLayout.ADD_RING_REGION, placement.region());
        putU32(out, MessageLayout.ADD_RING_OFFSET, placement.offset());
        putU8(out, MessageLayout.ADD_RING_LOG2_SIZE, placement.log2Size());
        putU16(out, MessageLayout.ADD_RING_PRIVATE_HEADER_SIZE, ring.privateHeaderSize());
    }

    private static AddRing decodeAddRing(ByteBuffer in) {
        // The other flag bits have no meaning yet; all known masters ignore them.
        int flags = u16(in, MessageLayout.ADD_RING_FLAGS) & MessageLayout.ADD_RING_FLAG_S2M;
        RingPlacement placement =
                new RingPlacement(
                        flags != 0 ? Direction.S2M : Direction.M2S,
                        u16(in, MessageLayout.ADD_RING_INDEX),
                        u16(in, MessageLayout.ADD_RING_REGION),
                        u32(in, MessageLayout.ADD_RING_OFFSET),
                        u8(in, MessageLayout.ADD_RING_LOG2_SIZE));
        return new AddRing(placement, u16(in, MessageLayout.ADD_RING_PRIVATE_HEADER_SIZE));
    }

    private static void encodeName(String name, ByteBuffer out) {
        putText(out, MessageLayout.CONNECT_NAME, MessageLayout.CONNECT_NAME_SIZE, name);
    }

    private static String decodeName(ByteBuffer in) {
        return text(in, MessageLayout.CONNECT_NAME, MessageLayout.CONNECT_NAME_SIZE);
    }

    private static void encodeDisconnect(Disconnect disconnect, ByteBuffer out) {
        putU32(out, MessageLayout.DISCONNECT_CODE, disconnect.code());
        putText(
                out,
                MessageLayout.DISCONNECT_REASON,
                MessageLayout.DISCONNECT_REASON_SIZE,
                disconnect.reason());
    }

    private static Disconnect decodeDisconnect(ByteBuffer in) {
        return new Disconnect(
                u32(in, MessageLayout.DISCONNECT_CODE),
                text(in, MessageLayout.DISCONNECT_REASON, MessageLayout.DISCONNECT_REASON_SIZE));
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
        Ranges.require("byte at " + offset, value, 0, 0xff);
        out.put(offset, (byte) value);
    }

    private static void putU16(ByteBuffer out, int offset, int value) {
        Ranges.require("16 bits at " + offset, value, 0, 0xffff);
        out.putShort(offset, (short) value);
    }

    private static void putU32(ByteBuffer out, int offset, long value) {
        Ranges.require("32 bits at " + offset, value, 0, 0xffff_ffffL);
        out.putInt(offset, (int) value);
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
