package io.memif.tests.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.internal.posix.Errno;
import io.memif.internal.posix.MessageArena;
import io.memif.internal.posix.PollCalls;
import io.memif.internal.posix.Posix;
import io.memif.internal.posix.SocketCalls;
import io.memif.unix.OwnedFd;
import io.memif.unix.UnixAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * One end of a control connection that follows no rules: sends any bytes with any descriptors, and
 * hands out whatever comes back.
 */
public final class RawConnection implements AutoCloseable {
    private static final int WAIT_MS = 20_000;
    private static final int LONGEST = 4096;

    private final Posix posix;
    private final OwnedFd socket;
    private final MessageArena out = new MessageArena(LONGEST);
    private final MessageArena in = new MessageArena(LONGEST);
    private final List<OwnedFd> received = new ArrayList<>();
    private boolean resetSeen;

    public RawConnection(Posix posix, OwnedFd socket) {
        this.posix = posix;
        this.socket = socket;
    }

    public static RawConnection connect(Posix posix, String address) {
        int type = SocketCalls.SOCK_SEQPACKET | SocketCalls.SOCK_CLOEXEC;
        int raw = posix.sockets().socket(type);
        OwnedFd fd = OwnedFd.adopt(posix, raw, "raw control socket");
        int result = posix.sockets().connect(raw, UnixAddress.of(address).toBytes());
        if (result < 0) {
            fd.close();
            throw new AssertionError("connect: " + Errno.text(-result));
        }
        return new RawConnection(posix, fd);
    }

    /** Sends, and returns what the kernel said: bytes, or a negative errno. */
    public int trySend(RawMessage message, List<OwnedFd> descriptors) {
        out.clearDescriptors();
        out.payload().clear().put(message.bytes()).flip();
        List<OwnedFd> used = new ArrayList<>();
        int number = socket.acquire();
        try {
            for (OwnedFd descriptor : descriptors) {
                out.addDescriptor(descriptor.acquire());
                used.add(descriptor);
            }
            return posix.sockets().sendMessage(number, out, 0);
        } finally {
            used.forEach(OwnedFd::release);
            socket.release();
        }
    }

    public void send(RawMessage message, OwnedFd... descriptors) {
        int result = trySend(message, List.of(descriptors));
        if (result != message.length()) {
            throw new AssertionError("sending " + message + ": " + Errno.text(-result));
        }
    }

    /** The next message, or null at the end of the stream; descriptors are kept aside. */
    public RawMessage receive() {
        return receive(WAIT_MS);
    }

    /**
     * A peer that closes with messages of ours unread makes the kernel report ECONNRESET once,
     * ahead of what the peer said before it closed, which can still be read.
     */
    public RawMessage receive(int waitMs) {
        int number = socket.acquire();
        try {
            if (posix.polling().pollOne(number, PollCalls.READABLE, waitMs) == 0) {
                throw new AssertionError("nothing came within " + waitMs + " ms");
            }
            int result = receiveMessage(number);
            if (result == -Errno.ECONNRESET && !resetSeen) {
                resetSeen = true;
                result = receiveMessage(number);
            }
            for (int i = 0; i < in.descriptorCount(); i++) {
                received.add(OwnedFd.adopt(posix, in.descriptor(i), "from the peer"));
            }
            if (result <= 0) {
                return null;
            }
            byte[] bytes = new byte[result];
            in.payload().get(0, bytes);
            return RawMessage.ofBytes(bytes);
        } finally {
            socket.release();
        }
    }

    private int receiveMessage(int number) {
        in.payload().clear();
        return posix.sockets().receiveMessage(number, in, SocketCalls.MSG_DONTWAIT);
    }

    /** Waits until something, or the end, can be read, and leaves it there. */
    public void awaitReadable() {
        int number = socket.acquire();
        try {
            int ready = posix.polling().pollOne(number, PollCalls.READABLE, WAIT_MS);
            assertTrue(ready > 0, "something comes");
        } finally {
            socket.release();
        }
    }

    /** Whether something, or the end, can be read by then. */
    public boolean readableWithin(int waitMs) {
        int number = socket.acquire();
        try {
            return posix.polling().pollOne(number, PollCalls.READABLE, waitMs) != 0;
        } finally {
            socket.release();
        }
    }

    public RawMessage expect(int type) {
        RawMessage message = receive();
        assertNotNull(message, "end of stream in place of type " + type);
        assertEquals(RawMessage.SIZE, message.length());
        assertEquals(type, message.type(), message::toString);
        return message;
    }

    /** The peer says this, and closes. */
    public void expectDisconnect(String reason) {
        assertEquals(reason, expect(RawMessage.DISCONNECT).reason());
        expectEnd();
    }

    public void expectEnd() {
        RawMessage message = receive();
        assertEquals(null, message, () -> "the end, not " + message);
    }

    /** Drops what is still to be read, up to the end; returns the last reason, or null. */
    public String drain() {
        String reason = null;
        RawMessage message = receive();
        while (message != null) {
            if (message.type() == RawMessage.DISCONNECT) {
                reason = message.reason();
            }
            message = receive();
        }
        return reason;
    }

    public List<OwnedFd> received() {
        return received;
    }

    @Override
    public void close() {
        received.forEach(OwnedFd::close);
        socket.close();
    }
}
