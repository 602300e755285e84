package io.memif.unix.pass;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.internal.posix.Errno;
import io.memif.internal.posix.Posix;
import io.memif.internal.posix.SocketCalls;
import io.memif.internal.posix.SystemCall;
import io.memif.testing.Opened;
import io.memif.testing.TestPosix;
import io.memif.testing.TestSockets;
import io.memif.unix.DescriptorChannel;
import io.memif.unix.EventFd;
import io.memif.unix.OwnedFd;
import io.memif.unix.UnixException;
import io.memif.unix.UnixException.Kind;
import io.memif.unix.UnixSocket;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import jnr.unixsocket.UnixSocketChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Files and sockets that are channels, passed through conduits. */
@Timeout(20)
class ChannelConversionTest {
    @RegisterExtension final Opened opened = new Opened();

    private volatile SystemCall failing;
    private final Posix posix = TestPosix.open(call -> call == failing ? -Errno.EMFILE : 0);
    private Conduit left;
    private Conduit right;

    @TempDir Path directory;

    @BeforeEach
    void connect() {
        Conduit[] two = opened.keep(Conduit.pair(posix, UnixSocket.Type.SEQPACKET));
        left = two[0];
        right = two[1];
    }

    @AfterEach
    void stopFailing() {
        failing = null;
    }

    private FileChannel file(StandardOpenOption... options) throws Exception {
        Path path = Files.writeString(directory.resolve("file"), "0123456789");
        return opened.keep(FileChannel.open(path, options));
    }

    private static String read(FileChannel channel, int count) throws Exception {
        ByteBuffer buffer = ByteBuffer.allocate(count);
        channel.read(buffer);
        return new String(buffer.array(), 0, buffer.position());
    }

    @Test
    void sharedFileIsTheSameOpenFileAndKeepsItsPosition() throws Exception {
        FileChannel channel = file(StandardOpenOption.READ);
        assertEquals("012", read(channel, 3));
        assertTrue(FileChannels.share(left, channel, 0));
        assertEquals(3, channel.position());
        OwnedFd received = opened.keep(right.receive("file", 0));
        ByteBuffer direct = ByteBuffer.allocateDirect(2);
        int number = received.acquire();
        assertEquals(2, posix.descriptors().read(number, direct));
        received.release();
        assertEquals('3', direct.get(0));
        assertEquals(5, channel.position());
    }

    @Test
    void transferredFileIsClosedHereAndOpensThereAsAChannel() throws Exception {
        FileChannel channel = file(StandardOpenOption.READ);
        assertTrue(FileChannels.transfer(left, channel, 0));
        assertFalse(channel.isOpen());
        FileChannel received = opened.keep(FileChannels.receive(right, 0, StandardOpenOption.READ));
        assertEquals("0123456789", read(received, 20));
        assertNull(FileChannels.receive(right, 0));
    }

    @Test
    void appendingAndRandomAccessFilesAreFoundToo() throws Exception {
        FileChannel append = file(StandardOpenOption.WRITE, StandardOpenOption.APPEND);
        append.write(ByteBuffer.wrap(new byte[] {'a'}));
        OwnedFd copy = opened.keep(FileChannels.duplicate(posix, append, "appending"));
        append.write(ByteBuffer.wrap(new byte[] {'b'}));
        assertEquals("0123456789ab", Files.readString(directory.resolve("file")));
        assertTrue(copy.isOwned());
        RandomAccessFile random =
                opened.keep(new RandomAccessFile(directory.resolve("file").toFile(), "rw"));
        random.seek(4);
        opened.keep(FileChannels.duplicate(posix, random.getChannel(), "random"));
        assertEquals(4, random.getFilePointer());
    }

    @Test
    void failedTransferLeavesTheFileChannelOpen() throws Exception {
        FileChannel channel = file(StandardOpenOption.READ);
        failing = SystemCall.SENDMSG;
        UnixException failed =
                assertThrows(UnixException.class, () -> FileChannels.transfer(left, channel, 0));
        assertEquals("sendmsg", failed.call());
        assertTrue(channel.isOpen());
        failing = SystemCall.DUPLICATE;
        failed = assertThrows(UnixException.class, () -> FileChannels.transfer(left, channel, 0));
        assertEquals("fcntl(F_DUPFD_CLOEXEC)", failed.call());
        assertEquals(0, channel.position());
        channel.close();
        failed = assertThrows(UnixException.class, () -> FileChannels.share(left, channel, 0));
        assertEquals(Kind.NOT_OWNED, failed.kind());
    }

    @Test
    void whatIsNoFileIsClosedAndReported() {
        EventFd event = opened.keep(EventFd.create(posix, "no file"));
        left.share(event.fd(), 0);
        UnixException failed =
                assertThrows(UnixException.class, () -> FileChannels.receive(right, 0));
        assertEquals(Kind.UNUSABLE, failed.kind());
        left.share(event.fd(), 0);
        failed = assertThrows(UnixException.class, () -> UnixSocketChannels.receive(right, 0));
        assertEquals(Kind.UNUSABLE, failed.kind());
    }

    @Test
    void transferredSocketChannelStaysConnected() throws Exception {
        UnixSocketChannel[] two = opened.keep(UnixSocketChannel.pair());
        assertTrue(UnixSocketChannels.transfer(left, two[0], 0));
        assertFalse(two[0].isOpen());
        UnixSocketChannel received = opened.keep(UnixSocketChannels.receive(right, 0));
        assertEquals(2, two[1].write(ByteBuffer.wrap(new byte[] {1, 2})));
        assertEquals(2, received.read(ByteBuffer.allocate(8)));
        assertEquals(1, received.write(ByteBuffer.wrap(new byte[] {3})));
        assertEquals(1, two[1].read(ByteBuffer.allocate(8)));
        UnixException closed =
                assertThrows(UnixException.class, () -> UnixSocketChannels.share(left, two[0], 0));
        assertEquals(Kind.NOT_OWNED, closed.kind());
        assertNull(UnixSocketChannels.receive(right, 0));
    }

    @Test
    void sharedSocketChannelWorksInBothHands() throws Exception {
        UnixSocketChannel[] two = opened.keep(UnixSocketChannel.pair());
        assertTrue(UnixSocketChannels.share(left, two[0], 0));
        assertTrue(two[0].isOpen());
        OwnedFd received = opened.keep(right.receive("socket", 0));
        assertTrue(new UnixSocket(received).isConnected());
        two[0].write(ByteBuffer.wrap(new byte[] {1}));
        DescriptorChannel raw = new DescriptorChannel(received, 8);
        raw.payload().put((byte) 2).flip();
        assertEquals(1, raw.send());
        assertEquals(2, two[1].read(ByteBuffer.allocate(8)));
        failing = SystemCall.SENDMSG;
        assertThrows(UnixException.class, () -> UnixSocketChannels.transfer(left, two[0], 0));
        assertTrue(two[0].isOpen());
        assertEquals(1, two[0].write(ByteBuffer.wrap(new byte[] {1})));
    }

    @Test
    void transferOfASocketChannelWhoseCloseFailsSaysSo() throws Exception {
        UnixSocketChannel[] two = opened.keep(UnixSocketChannel.pair());
        failing = SystemCall.CLOSE;
        UnixException failed =
                assertThrows(
                        UnixException.class, () -> UnixSocketChannels.transfer(left, two[0], 0));
        assertEquals(Kind.CLOSE_FAILED, failed.kind());
        failing = null;
        assertFalse(two[0].isOpen());
        UnixSocketChannel received = opened.keep(UnixSocketChannels.receive(right, 0));
        assertEquals(1, received.write(ByteBuffer.wrap(new byte[] {3})));
        assertEquals(1, two[1].read(ByteBuffer.allocate(8)));
    }

    @Test
    void failedDuplicateLeavesTheSocketChannelOpen() throws Exception {
        UnixSocketChannel[] two = opened.keep(UnixSocketChannel.pair());
        failing = SystemCall.DUPLICATE;
        UnixException failed =
                assertThrows(
                        UnixException.class, () -> UnixSocketChannels.transfer(left, two[0], 0));
        assertEquals("fcntl(F_DUPFD_CLOEXEC)", failed.call());
        assertEquals(
                "fcntl(F_DUPFD_CLOEXEC)",
                assertThrows(UnixException.class, () -> UnixSocketChannels.conduit(posix, two[0]))
                        .call());
        assertTrue(two[0].isOpen());
        assertEquals(1, two[0].write(ByteBuffer.wrap(new byte[] {1})));
    }

    @Test
    void conduitOverAChannelLeavesItOpen() throws Exception {
        UnixSocketChannel[] two = opened.keep(UnixSocketChannel.pair());
        EventFd event = opened.keep(EventFd.create(posix, "event"));
        try (Conduit over = UnixSocketChannels.conduit(posix, two[0]);
                Conduit other = UnixSocketChannels.conduit(posix, two[1])) {
            assertTrue(over.share(event.fd(), 0));
            opened.keep(other.receive("event", 0));
        }
        assertEquals(1, two[0].write(ByteBuffer.wrap(new byte[] {1})));
        assertEquals(1, two[1].read(ByteBuffer.allocate(8)));
    }

    @Test
    void ownedSocketBecomesAChannel() throws Exception {
        OwnedFd[] two = opened.keep(TestSockets.pair(posix, SocketCalls.SOCK_STREAM));
        two[0].acquire();
        assertThrows(IllegalStateException.class, () -> UnixSocketChannels.toChannel(two[0]));
        two[0].release();
        UnixSocketChannel channel = opened.keep(UnixSocketChannels.toChannel(two[0]));
        assertFalse(two[0].isOwned());
        assertEquals(1, channel.write(ByteBuffer.wrap(new byte[] {1})));
        assertThrows(UnixException.class, () -> UnixSocketChannels.toChannel(two[0]));
    }
}
