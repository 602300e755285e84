package io.memif.unix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.internal.posix.Errno;
import io.memif.internal.posix.Posix;
import io.memif.internal.posix.SocketCalls;
import io.memif.testing.Opened;
import io.memif.testing.TestPosix;
import io.memif.testing.TestSockets;
import io.memif.unix.UnixException.Kind;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Asking sockets and setting their options. */
@Timeout(20)
class UnixSocketTest {
    @RegisterExtension final Opened opened = new Opened();

    private final Posix posix = TestPosix.open();

    @TempDir Path directory;

    private OwnedFd socket(int type) {
        int made = posix.sockets().socket(type | SocketCalls.SOCK_CLOEXEC);
        return opened.keep(OwnedFd.adopt(posix, made, "test socket"));
    }

    private OwnedFd[] pair(int type) {
        return opened.keep(TestSockets.pair(posix, type));
    }

    @ParameterizedTest
    @ValueSource(ints = {SocketCalls.SOCK_STREAM, SocketCalls.SOCK_SEQPACKET})
    void knowsWhetherTheOtherSideIsThereAndConsumesNothing(int type) {
        OwnedFd[] two = pair(type);
        UnixSocket near = new UnixSocket(two[0]);
        DescriptorChannel far = new DescriptorChannel(two[1], 8);
        DescriptorChannel reader = new DescriptorChannel(two[0], 8);
        UnixSocket.Type stream = UnixSocket.Type.STREAM;
        UnixSocket.Type expected =
                type == SocketCalls.SOCK_STREAM ? stream : UnixSocket.Type.SEQPACKET;
        assertEquals(expected, near.type());
        assertTrue(near.isConnected());
        far.payload().put((byte) 1).flip();
        assertEquals(1, far.send(two[0]));
        assertTrue(near.isConnected());
        two[1].close();
        assertFalse(near.isConnected());
        assertEquals(1, reader.receive());
        assertEquals(1, reader.descriptorCount());
        reader.close();
        assertFalse(near.isConnected());
    }

    @Test
    void halfClosedAndNeverConnectedAreNotConnected() {
        OwnedFd[] two = pair(SocketCalls.SOCK_STREAM);
        int number = two[1].acquire();
        assertEquals(0, posix.sockets().shutdown(number, SocketCalls.SHUT_WR));
        two[1].release();
        assertFalse(new UnixSocket(two[0]).isConnected());
        assertTrue(new UnixSocket(two[1]).isConnected());
        assertFalse(new UnixSocket(socket(SocketCalls.SOCK_STREAM)).isConnected());
        assertTrue(new UnixSocket(socket(SocketCalls.SOCK_DGRAM)).isConnected());
    }

    @Test
    void findsAddressesAndCredentialsOfBothEnds() {
        UnixAddress here = UnixAddress.ofPath(directory.resolve("here").toString());
        UnixAddress there = UnixAddress.ofPath(directory.resolve("there").toString());
        OwnedFd listener = socket(SocketCalls.SOCK_SEQPACKET);
        OwnedFd client = socket(SocketCalls.SOCK_SEQPACKET);
        int listening = listener.acquire();
        int connecting = client.acquire();
        SocketCalls calls = posix.sockets();
        assertEquals(0, calls.bind(listening, there.toBytes()));
        assertEquals(0, calls.listen(listening, 1));
        assertEquals(0, calls.bind(connecting, here.toBytes()));
        assertEquals(0, calls.connect(connecting, there.toBytes()));
        OwnedFd accepted = opened.keep(OwnedFd.adopt(posix, calls.accept(listening), "accepted"));
        listener.release();
        client.release();
        assertEquals(here, new UnixSocket(client).localAddress());
        assertEquals(there, new UnixSocket(client).peerAddress());
        assertEquals(there, new UnixSocket(accepted).localAddress());
        assertEquals(here, new UnixSocket(accepted).peerAddress());
        long pid = ProcessHandle.current().pid();
        assertEquals(pid, new UnixSocket(client).peerCredentials().pid());
        assertEquals(pid, new UnixSocket(accepted).peerCredentials().pid());
        UnixException none =
                assertThrows(UnixException.class, () -> new UnixSocket(listener).peerAddress());
        assertEquals("getpeername", none.call());
        assertEquals(Errno.ENOTCONN, none.errno());
        assertTrue(none.getMessage().contains(listener.toString()), none.getMessage());
    }

    @Test
    void setsAndReadsOptions() {
        UnixSocket socket = new UnixSocket(socket(SocketCalls.SOCK_STREAM));
        socket.sendBufferBytes(20_000);
        socket.receiveBufferBytes(30_000);
        socket.receiveLowWaterBytes(128);
        assertEquals(40_000, socket.sendBufferBytes());
        assertEquals(60_000, socket.receiveBufferBytes());
        assertEquals(128, socket.receiveLowWaterBytes());
        assertTrue(socket.isStream());
        socket.passCredentials(true);
        int number = socket.fd().acquire();
        assertEquals(1, posix.sockets().getSocketOption(number, SocketCalls.SO_PASSCRED));
        socket.fd().release();
        socket.fd().close();
        UnixException closed = assertThrows(UnixException.class, socket::sendBufferBytes);
        assertEquals(Kind.NOT_OWNED, closed.kind());
    }

    @Test
    void otherDescriptorsAreRefused() throws Exception {
        try (EventFd event = EventFd.create(posix, "no socket")) {
            UnixException refused =
                    assertThrows(UnixException.class, () -> new UnixSocket(event.fd()));
            assertEquals(Kind.UNUSABLE, refused.kind());
            assertEquals(Errno.ENOTSOCK, refused.errno());
        }
    }

    @Test
    void takesTheSocketsThatTheProcessWasStartedWith() {
        UnixAddress where = UnixAddress.of(directory.resolve("s").toString());
        int number = UnixSocket.listen(where, UnixSocket.Type.SEQPACKET, 1).detach();
        assertEquals(0, posix.descriptors().setDescriptorFlags(number, 0));
        Map<String, String> environment =
                Map.of("LISTEN_PID", "77", "LISTEN_FDS", "1", "LISTEN_FDNAMES", "memif");
        assertEquals(List.of(), UnixSocket.activated(environment, 78, number));
        assertEquals(List.of(), UnixSocket.activated(Map.of("LISTEN_FDS", "1"), 77, number));
        OwnedFd taken = opened.keep(UnixSocket.activated(environment, 77, number).get(0));
        assertEquals("memif", taken.what());
        assertEquals(1, posix.descriptors().descriptorFlags(number), "close-on-exec");
        assertEquals(where, new UnixSocket(taken).localAddress());
        Map<String, String> two = Map.of("LISTEN_PID", "77", "LISTEN_FDS", "1");
        UnixException e =
                assertThrows(UnixException.class, () -> UnixSocket.activated(two, 77, 1_000_000));
        assertEquals("fcntl(F_SETFD)", e.call());
        assertEquals(List.of(), UnixSocket.activated(), "none in this process");
    }
}
