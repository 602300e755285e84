package io.memif.unix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.internal.posix.DescriptorCalls;
import io.memif.internal.posix.Errno;
import io.memif.internal.posix.Posix;
import io.memif.internal.posix.SocketCalls;
import io.memif.testing.Opened;
import io.memif.testing.TestPosix;
import io.memif.testing.TestSockets;
import io.memif.unix.UnixException.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages with descriptors over each kind of socket. */
@Timeout(20)
class DescriptorChannelTest {
    private static final int STREAM = SocketCalls.SOCK_STREAM;
    private static final int DATAGRAM = SocketCalls.SOCK_DGRAM;
    private static final int PACKET = SocketCalls.SOCK_SEQPACKET;

    @RegisterExtension final Opened opened = new Opened();

    private final Posix posix = TestPosix.open();
    private DescriptorChannel left;
    private DescriptorChannel right;
    private OwnedFd leftSocket;
    private OwnedFd rightSocket;

    private void connect(int type) {
        OwnedFd[] two = opened.keep(TestSockets.pair(posix, type));
        leftSocket = two[0];
        rightSocket = two[1];
        left = opened.keep(new DescriptorChannel(leftSocket, 256));
        right = opened.keep(new DescriptorChannel(rightSocket, 256));
    }

    private void put(DescriptorChannel channel, String text) {
        channel.payload().clear();
        channel.payload().put(text.getBytes(StandardCharsets.US_ASCII)).flip();
    }

    private String text(DescriptorChannel channel) {
        return StandardCharsets.US_ASCII.decode(channel.payload().duplicate()).toString();
    }

    private EventFd event() {
        return opened.keep(EventFd.create(posix, "test event"));
    }

    @ParameterizedTest
    @ValueSource(
            ints = {SocketCalls.SOCK_STREAM, SocketCalls.SOCK_DGRAM, SocketCalls.SOCK_SEQPACKET})
    void carriesBytesAndOneDescriptor(int type) {
        connect(type);
        EventFd sent = event();
        put(left, "hello");
        assertEquals(5, left.send(sent.fd()));

        assertEquals(5, right.receive());

        assertEquals("hello", text(right));
        assertEquals(1, right.descriptorCount());
        try (EventFd received = EventFd.adopt(right.takeDescriptor(0))) {
            int number = received.fd().acquire();
            assertEquals(DescriptorCalls.FD_CLOEXEC, posix.descriptors().descriptorFlags(number));
            received.fd().release();
            sent.signal();
            assertEquals(1, received.drain());
        }
        assertThrows(IllegalStateException.class, () -> right.takeDescriptor(0));
        assertTrue(sent.fd().isOwned());
    }

    @Test
    void carriesAsManyDescriptorsAsLinuxAllowsAndTheirOrder() {
        connect(PACKET);
        EventFd first = event();
        EventFd last = event();
        List<OwnedFd> all = new ArrayList<>(Collections.nCopies(252, first.fd()));
        all.add(last.fd());
        put(left, "x");
        assertEquals(1, left.send(all));
        assertEquals(1, right.receive());
        assertEquals(DescriptorChannel.MAX_DESCRIPTORS, right.descriptorCount());
        assertFalse(right.isControlTruncated());
        last.signal();
        try (EventFd received = EventFd.adopt(right.takeDescriptor(252))) {
            assertEquals(1, received.drain());
        }
        all.add(last.fd());
        assertThrows(IllegalStateException.class, () -> left.send(all));
    }

    @Test
    void closesWhatWasNotTakenAtTheNextReceive() {
        connect(PACKET);
        put(left, "x");
        left.send(List.of(leftSocket, leftSocket, leftSocket));
        left.send();
        assertEquals(1, right.receive());
        OwnedFd taken = right.takeDescriptor(1);
        assertEquals(1, right.receive());
        assertEquals(0, right.descriptorCount());
        assertTrue(taken.isOwned());
        taken.close();
    }

    @Test
    void findsDescriptorsBehindCredentials() {
        connect(PACKET);
        posix.sockets().setSocketOption(number(rightSocket), SocketCalls.SO_PASSCRED, 1);
        put(left, "x");
        assertNull(right.credentials());
        left.send(List.of(leftSocket, leftSocket));
        assertEquals(1, right.receive());
        assertEquals(2, right.descriptorCount());
        PeerCredentials sender = right.credentials();
        assertEquals(ProcessHandle.current().pid(), sender.pid());
        assertTrue(sender.toString().startsWith("pid=" + sender.pid()), sender.toString());
    }

    @Test
    void tellsAnEmptyMessageFromTheEnd() {
        connect(PACKET);
        put(left, "");
        assertEquals(0, left.send());
        assertEquals(0, right.receive());
        assertEquals(-Errno.EAGAIN, right.receive());
        assertTrue(DescriptorChannel.isAgain(right.receive()));
        put(left, "last");
        left.send(leftSocket);
        leftSocket.close();
        assertEquals(4, right.receive());
        right.closeDescriptors();
        assertEquals(DescriptorChannel.END_OF_STREAM, right.receive());
        assertEquals(-Errno.EPIPE, right.send());
    }

    @Test
    void saysThatAMessageWasLongerThanItsPayload() {
        connect(PACKET);
        OwnedFd socket = rightSocket;
        DescriptorChannel small = new DescriptorChannel(socket, 3);
        put(left, "long");
        left.send();
        assertEquals(4, small.receive(), "its real length");
        assertEquals(3, small.payload().remaining());
        assertTrue(small.isTruncated());
        put(left, "abc");
        left.send();
        assertEquals(3, small.receive());
        assertFalse(small.isTruncated());
    }

    @Test
    void streamKeepsMessagesWithDescriptorsApart() {
        connect(STREAM);
        put(left, "one");
        left.send(leftSocket);
        put(left, "two");
        left.send(List.of(leftSocket, leftSocket));
        assertEquals(3, right.receive());
        assertEquals(1, right.descriptorCount());
        assertEquals(3, right.receive());
        assertEquals(2, right.descriptorCount());
    }

    @Test
    void channelsThatShareAnArenaKeepTheirDescriptors() {
        connect(PACKET);
        DescriptorChannel.Memory memory = new DescriptorChannel.Memory(256);
        DescriptorChannel one = opened.keep(new DescriptorChannel(rightSocket, memory));
        DescriptorChannel other = opened.keep(new DescriptorChannel(leftSocket, memory));
        put(left, "first");
        left.send(event().fd());
        put(right, "second");
        right.send();
        assertEquals(5, one.receive());
        assertEquals(6, other.receive());
        assertEquals("second", text(other));
        assertEquals(0, other.descriptorCount());
        assertEquals(1, one.descriptorCount());
        try (OwnedFd taken = one.takeDescriptor(0)) {
            assertTrue(number(taken) > 0);
        }
    }

    @Test
    void refusesClosedDescriptorsBeforeAnySystemCall() {
        connect(DATAGRAM);
        EventFd closed = event();
        EventFd open = event();
        closed.close();
        put(left, "x");
        UnixException one = assertThrows(UnixException.class, () -> left.send(closed.fd()));
        assertEquals(Kind.NOT_OWNED, one.kind());
        assertThrows(UnixException.class, () -> left.send(List.of(open.fd(), closed.fd())));
        assertEquals(-Errno.EAGAIN, right.receive());
        open.fd().detach();
        leftSocket.close();
        assertThrows(UnixException.class, () -> left.send());
        assertEquals(0, posix.descriptors().close(number(open)));
    }

    private int number(EventFd event) {
        return Integer.parseInt(event.fd().toString().replaceAll(".*\\(fd (\\d+).*", "$1"));
    }

    private int number(OwnedFd fd) {
        int number = fd.acquire();
        fd.release();
        return number;
    }
}
