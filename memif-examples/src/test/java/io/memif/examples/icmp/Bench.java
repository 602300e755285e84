package io.memif.examples.icmp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A responder with memory like a ring's: direct, little-endian, packets at odd offsets. */
final class Bench {
    private static final int CAPACITY = 70_000;
    private static final int OFFSET = 13;
    private static final byte UNTOUCHED = 0x5a;

    private final Responder responder;
    private final ByteBuffer in;
    private final ByteBuffer out;

    private Bench(Responder responder, ByteOrder order) {
        this.responder = responder;
        in = ByteBuffer.allocateDirect(CAPACITY).order(order);
        out = ByteBuffer.allocateDirect(CAPACITY).order(order);
    }

    static Bench ethernet() {
        return ethernet(ByteOrder.LITTLE_ENDIAN);
    }

    static Bench ethernet(ByteOrder order) {
        MacAddress mac = MacAddress.parseUnicast("02:fe:00:00:00:01");
        return new Bench(Responder.ethernet(mac, Packets.OWN), order);
    }

    static Bench ip() {
        return new Bench(Responder.ip(Packets.OWN), ByteOrder.LITTLE_ENDIAN);
    }

    Outcome examine(byte[] packet) {
        in.put(OFFSET, packet);
        return responder.examine(in, OFFSET, packet.length);
    }

    /** Expects an answer of this kind, and that nothing is written around it. */
    byte[] answer(Outcome kind, byte[] packet) {
        assertEquals(kind, examine(packet));
        return write();
    }

    byte[] write() {
        int length = responder.replyLength();
        int end = OFFSET + length + OFFSET;
        for (int i = 0; i < end; i++) {
            out.put(i, UNTOUCHED);
        }
        responder.write(out, OFFSET);
        for (int i = 0; i < OFFSET; i++) {
            assertEquals(UNTOUCHED, out.get(i), "written before the answer");
            assertEquals(UNTOUCHED, out.get(end - 1 - i), "written behind the answer");
        }
        byte[] reply = new byte[length];
        out.get(OFFSET, reply);
        return reply;
    }

    void refuses(Outcome reason, byte[] packet) {
        assertEquals(reason, examine(packet));
        assertEquals(0, responder.replyLength());
        assertThrows(IllegalStateException.class, () -> responder.write(out, OFFSET));
    }
}
