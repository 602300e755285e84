package io.memif.tests.hostile;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.internal.posix.DescriptorCalls;
import io.memif.internal.posix.Posix;
import io.memif.unix.OwnedFd;

/**
 * A slave that a script drives: follows the handshake as far as it is told, and from there on does
 * anything. One region with one ring each way and 256-byte buffers.
 */
public final class FakeSlave implements AutoCloseable {
    /** What has been done last; each is answered before the next. */
    public enum Step {
        HELLO,
        INIT,
        REGION,
        S2M,
        M2S,
        CONNECT
    }

    public static final int LOG2 = 4;
    public static final int SLOTS = 1 << LOG2;
    public static final int BUFFER = 256;
    public static final long M2S_AT = 2L * RawRing.LINE + (16L << LOG2);
    public static final long BUFFERS_AT = 2 * M2S_AT;
    public static final long SIZE = BUFFERS_AT + 2L * SLOTS * BUFFER;

    public final RawConnection control;
    public final RawRegion region;
    public final OwnedFd s2mEvent;
    public final OwnedFd m2sEvent;
    public final RawRing s2m;
    public final RawRing m2s;
    private final int id;

    public FakeSlave(Posix posix, String address, int id) {
        this.id = id;
        control = RawConnection.connect(posix, address);
        region = RawRegion.sealed(posix, SIZE);
        s2mEvent = eventFd(posix, DescriptorCalls.EFD_NONBLOCK);
        m2sEvent = eventFd(posix, DescriptorCalls.EFD_NONBLOCK);
        s2m = new RawRing(region, 0, LOG2);
        m2s = new RawRing(region, M2S_AT, LOG2);
        s2m.cookie(RawRing.COOKIE);
        m2s.cookie(RawRing.COOKIE);
    }

    public static OwnedFd eventFd(Posix posix, int flags) {
        int raw = posix.descriptors().eventfd(0, flags | DescriptorCalls.EFD_CLOEXEC);
        return OwnedFd.adopt(posix, raw, "raw event");
    }

    /** Follows the rules up to and with this step. */
    public FakeSlave through(Step last) {
        for (Step step : Step.values()) {
            if (step.compareTo(last) <= 0) {
                make(step);
            }
        }
        return this;
    }

    public void make(Step step) {
        switch (step) {
            case HELLO -> control.expect(RawMessage.HELLO);
            case INIT -> acknowledged(RawMessage.init(id));
            case REGION -> acknowledged(RawMessage.addRegion(0, SIZE), region.fd());
            case S2M -> acknowledged(RawMessage.addRing(true, 0, 0, 0, LOG2), s2mEvent);
            case M2S -> acknowledged(RawMessage.addRing(false, 0, 0, M2S_AT, LOG2), m2sEvent);
            case CONNECT -> {
                control.send(RawMessage.connect("raw0"));
                control.expect(RawMessage.CONNECTED);
            }
            default -> throw new AssertionError(step);
        }
    }

    public void acknowledged(RawMessage message, OwnedFd... descriptors) {
        control.send(message, descriptors);
        control.expect(RawMessage.ACK);
    }

    /** Offset of a buffer: S2M slots first, then M2S slots. */
    public static long buffer(boolean s2m, int slot) {
        return BUFFERS_AT + (s2m ? 0L : (long) SLOTS * BUFFER) + (long) (slot & SLOTS - 1) * BUFFER;
    }

    /** Publishes one sound packet. */
    public void sendPacket(byte[] packet) {
        int head = s2m.head();
        region.bytes(buffer(true, head), packet);
        s2m.descriptor(head, 0, 0, packet.length, buffer(true, head));
        s2m.head(head + 1);
    }

    /** Posts every buffer of the M2S ring. */
    public void postAll() {
        for (int i = 0; i < SLOTS; i++) {
            m2s.descriptor(i, 0, 0, BUFFER, buffer(false, i));
        }
        m2s.head(m2s.tail() + SLOTS);
    }

    /** The packet in an M2S slot that the master has filled. */
    public byte[] packet(int index) {
        assertTrue((m2s.tail() - index & 0xffff) > 0, "slot " + index + " is filled");
        return region.bytes(
                m2s.descriptorOffset(index), Math.toIntExact(m2s.descriptorLength(index)));
    }

    @Override
    public void close() {
        control.close();
        region.close();
        s2mEvent.close();
        m2sEvent.close();
    }
}
