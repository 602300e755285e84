package io.memif.internal.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every message against bytes written by hand. */
@Timeout(10)
class MessageCodecTest {
    static Stream<Arguments> messages() {
        Secret abc = Secret.of("abc".getBytes(StandardCharsets.US_ASCII));
        byte[] fullBytes = new byte[24];
        Arrays.fill(fullBytes, (byte) 'z');
        Secret full = Secret.of(fullBytes);
        return Stream.of(
                arguments(new Message.Ack(), "01 00"),
                arguments(
                        new Message.Hello("Java", 0x0200, 0x0201, 255, 3, 7, 14),
                        "02 00 4a 61 76 61 00*28 00 02 01 02 ff 00 03 00 07 00 0e"),
                arguments(
                        new Message.Hello("", 0xffff, 0x8000, 65535, 32768, 65535, 255),
                        "02 00 00*32 ff ff 00 80 ff ff 00 80 ff ff ff"),
                arguments(
                        new Message.Init(0x0200, 0x01020304, 1, abc, "me"),
                        "03 00 00 02 04 03 02 01 01 61 62 63 00*21 6d 65"),
                arguments(
                        new Message.Init(0xffff, -1, 255, full, ""),
                        "03 00 ff ff ff ff ff ff ff 7a*24"),
                arguments(new Message.Init(0, 0, 0, Secret.NONE, ""), "03 00"),
                arguments(
                        new Message.AddRegion(5, 0x0102030405060708L),
                        "04 00 05 00 08 07 06 05 04 03 02 01"),
                arguments(new Message.AddRegion(65535, -1L), "04 00 ff ff ff ff ff ff ff ff ff ff"),
                arguments(
                        new Message.AddRegion(256, Long.MIN_VALUE),
                        "04 00 00 01 00 00 00 00 00 00 00 80"),
                arguments(
                        new Message.AddRing(new RingPlacement(Direction.S2M, 2, 0, 33024, 10), 0),
                        "05 00 01 00 02 00 00 00 00 81 00 00 0a 00 00"),
                arguments(
                        new Message.AddRing(new RingPlacement(Direction.M2S, 258, 3, 4, 0), 8),
                        "05 00 00 00 02 01 03 00 04 00 00 00 00 08 00"),
                arguments(
                        new Message.AddRing(
                                new RingPlacement(Direction.S2M, 65535, 65535, 0xffffffffL, 255),
                                65535),
                        "05 00 01 00 ff ff ff ff ff ff ff ff ff ff ff"),
                arguments(new Message.Connect("memif0/0"), "06 00 6d 65 6d 69 66 30 2f 30"),
                arguments(
                        new Message.Connected("net_memif0"), "07 00 6e 65 74 5f 6d 65 6d 69 66 30"),
                arguments(new Message.Disconnect(0, "bye"), "08 00 00 00 00 00 62 79 65"),
                arguments(new Message.Disconnect(0xffffffffL, ""), "08 00 ff ff ff ff"));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void encodesByteForByte(Message message, String hex) {
        byte[] dirty = new byte[Frame.SIZE + 9];
        Arrays.fill(dirty, (byte) 0xee);
        ByteBuffer frame = ByteBuffer.wrap(dirty).position(5);

        MessageCodec.encode(message, frame);

        assertArrayEquals(Frame.hex(hex), Arrays.copyOfRange(dirty, 5, 5 + Frame.SIZE));
        assertEquals(5, frame.position());
        assertEquals(dirty.length, frame.limit());
        for (int i : new int[] {0, 4, 133, 136}) {
            assertEquals((byte) 0xee, dirty[i], "byte outside the frame: " + i);
        }
    }

    @ParameterizedTest
    @MethodSource("messages")
    void decodesByteForByte(Message message, String hex) {
        for (ByteOrder order : new ByteOrder[] {ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
            ByteBuffer frame = ByteBuffer.allocateDirect(Frame.SIZE + 3).order(order);
            frame.put(3, Frame.hex(hex)).position(3);
            assertEquals(message, MessageCodec.decode(frame, Frame.SIZE));
            assertEquals(3, frame.position());
            assertEquals(order, frame.order());
        }
    }

    /** Unused bytes are undefined in the protocol. */
    @ParameterizedTest
    @MethodSource("messages")
    void ignoresWhatComesBehindThePayload(Message message, String hex) {
        int[] payloadEnds = {2, 45, 65, 12, 15, 34, 34, 102};
        byte[] bytes = Frame.hex(hex);
        Arrays.fill(bytes, payloadEnds[message.type().ordinal()], Frame.SIZE, (byte) 0xff);
        assertEquals(message, MessageCodec.decode(ByteBuffer.wrap(bytes), Frame.SIZE));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 20, 127, 129, 200, Integer.MAX_VALUE, -1})
    void refusesEveryOtherSize(int length) {
        ByteBuffer frame = Frame.ofType(1).buffer();
        assertEquals(
                new Refusal(
                        Refusal.Reason.MESSAGE_SIZE,
                        "wrong message size: " + length + " bytes, 128 expected"),
                MessageCodec.decode(frame, length));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 9, 99, 256, 257, 0x0800, 65535})
    void refusesUnknownTypes(int type) {
        assertEquals(
                new Refusal(Refusal.Reason.UNKNOWN_TYPE, "unknown message type: " + type),
                MessageCodec.decode(Frame.ofType(type).buffer(), Frame.SIZE));
    }

    @Test
    void ringFlagsOtherThanTheDirectionAreIgnored() {
        Frame m2s = Frame.addRing(false, 1, 0, 0, 10).u16(2, 0xfffe);
        Frame s2m = Frame.addRing(true, 1, 0, 0, 10).u16(2, 0xffff);
        assertEquals(Direction.M2S, direction(m2s));
        assertEquals(Direction.S2M, direction(s2m));
    }

    private static Direction direction(Frame frame) {
        Message.AddRing ring = (Message.AddRing) MessageCodec.decode(frame.buffer(), Frame.SIZE);
        return ring.placement().direction();
    }

    @Test
    void namesMayFillTheirFieldWithoutTerminator() {
        String name = "0123456789abcdef0123456789ABCDEF";
        Frame hello = Frame.ofType(2).text(2, name).u16(34, 0x4141);
        assertEquals(name, ((Message.Hello) decode(hello)).name());
        Frame init = Frame.ofType(3).text(33, name).u8(65, 'x');
        assertEquals(name, ((Message.Init) decode(init)).name());
        Frame connect = Frame.connect(name).u8(34, 'x');
        assertEquals(name, ((Message.Connect) decode(connect)).interfaceName());
        Frame connected = Frame.connected(name).u8(34, 'x');
        assertEquals(name, ((Message.Connected) decode(connected)).interfaceName());
        Frame disconnect = Frame.disconnect(0, name.repeat(3)).u8(102, 'x');
        assertEquals(name.repeat(3), ((Message.Disconnect) decode(disconnect)).reason());
    }

    @Test
    void textsEndAtTheFirstNulAndAreMadePrintable() {
        Frame connect = Frame.connect("if\0garbage");
        assertEquals("if", ((Message.Connect) decode(connect)).interfaceName());
        Frame disconnect = Frame.disconnect(7, "\033[2Jboo\n\0more");
        assertEquals(
                new Message.Disconnect(7, "\\x1b[2Jboo\\x0a"),
                decode(disconnect),
                "no escape survives");
    }

    @Test
    void ourTextsAreCutBeforeTheTerminator() {
        byte[] expected = Frame.hex("06 00 61*31 00");
        assertArrayEquals(expected, encode(new Message.Connect("a".repeat(32))));
        assertArrayEquals(expected, encode(new Message.Connect("a".repeat(1000))));
        assertArrayEquals(expected, encode(new Message.Connect("a".repeat(31))));
        byte[] reason = Frame.hex("08 00 00*4 62*95 00");
        assertArrayEquals(reason, encode(new Message.Disconnect(0, "b".repeat(96))));
        byte[] hello = Frame.hex("02 00 63*31 00");
        assertArrayEquals(hello, encode(new Message.Hello("c".repeat(40), 0, 0, 0, 0, 0, 0)));
        byte[] init = Frame.hex("03 00*32 64*31 00");
        assertArrayEquals(init, encode(new Message.Init(0, 0, 0, Secret.NONE, "d".repeat(40))));
    }

    @Test
    void secretEndsAtItsNulAndIsNotShown() {
        Frame garbage = Frame.init(1).text(9, "abc\0garbage up to here..");
        Message.Init init = (Message.Init) decode(garbage);
        assertEquals(Secret.of(new byte[] {'a', 'b', 'c'}), init.secret());
        assertFalse(init.toString().contains("abc"), init.toString());
        assertFalse(init.toString().contains("garbage"), init.toString());
    }

    @Test
    void refusesToEncodeWhatDoesNotFit() {
        Message[] unfit = {
            new Message.Hello("", 65536, 0, 0, 0, 0, 0),
            new Message.Hello("", 0, -1, 0, 0, 0, 0),
            new Message.Hello("", 0, 0, 65536, 0, 0, 0),
            new Message.Hello("", 0, 0, 0, 65536, 0, 0),
            new Message.Hello("", 0, 0, 0, 0, 65536, 0),
            new Message.Hello("", 0, 0, 0, 0, 0, 256),
            new Message.Init(65536, 0, 0, Secret.NONE, ""),
            new Message.Init(0, 0, 256, Secret.NONE, ""),
            new Message.AddRegion(65536, 1),
            new Message.AddRegion(-1, 1),
            new Message.AddRing(new RingPlacement(Direction.S2M, 65536, 0, 0, 0), 0),
            new Message.AddRing(new RingPlacement(Direction.S2M, 0, 65536, 0, 0), 0),
            new Message.AddRing(new RingPlacement(Direction.S2M, 0, 0, 1L << 32, 0), 0),
            new Message.AddRing(new RingPlacement(Direction.S2M, 0, 0, -1, 0), 0),
            new Message.AddRing(new RingPlacement(Direction.S2M, 0, 0, 0, 256), 0),
            new Message.AddRing(new RingPlacement(Direction.S2M, 0, 0, 0, 0), 65536),
            new Message.Disconnect(1L << 32, ""),
            new Message.Disconnect(-1, ""),
        };
        for (Message message : unfit) {
            assertThrows(IllegalArgumentException.class, () -> encode(message), message.toString());
        }
    }

    @Test
    void shortBuffersAreTheCallersError() {
        ByteBuffer shortOne = ByteBuffer.allocate(Frame.SIZE - 1);
        assertThrows(
                IndexOutOfBoundsException.class,
                () -> MessageCodec.encode(new Message.Ack(), shortOne));
        assertThrows(
                IndexOutOfBoundsException.class, () -> MessageCodec.decode(shortOne, Frame.SIZE));
    }

    private static MessageCodec.Decoded decode(Frame frame) {
        return MessageCodec.decode(frame.buffer(), Frame.SIZE);
    }

    private static byte[] encode(Message message) {
        byte[] bytes = new byte[Frame.SIZE];
        MessageCodec.encode(message, ByteBuffer.wrap(bytes));
        return bytes;
    }
}
