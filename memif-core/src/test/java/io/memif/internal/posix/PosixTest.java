package io.memif.internal.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.testing.ProcessTables;
import io.memif.unix.UnixAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Each system call against the real kernel: one success, one failure. */
@Timeout(20)
class PosixTest {
    private final Posix posix = Posix.open();
    private final DescriptorCalls descriptors = posix.descriptors();
    private final SocketCalls sockets = posix.sockets();
    private final FileCalls files = posix.files();
    private final PollCalls polling = posix.polling();
    private final List<Integer> opened = new ArrayList<>();

    @TempDir Path directory;

    private int keep(int fd) {
        assertTrue(fd >= 0, () -> Errno.text(fd));
        opened.add(fd);
        return fd;
    }

    @AfterEach
    void close() {
        opened.forEach(fd -> assertEquals(0, descriptors.close(fd)));
    }

    private static ByteBuffer direct(long... values) {
        ByteBuffer buffer =
                ByteBuffer.allocateDirect(values.length * Long.BYTES)
                        .order(ByteOrder.nativeOrder());
        for (long value : values) {
            buffer.putLong(value);
        }
        return buffer.flip();
    }

    @Test
    void eventfdCountsAndDoesNotBlock() {
        int flags = DescriptorCalls.EFD_CLOEXEC | DescriptorCalls.EFD_NONBLOCK;
        int fd = keep(descriptors.eventfd(3, flags));
        assertEquals(DescriptorCalls.FD_CLOEXEC, descriptors.descriptorFlags(fd));
        assertEquals(8, descriptors.write(fd, direct(4)));
        ByteBuffer counter = direct(0, 0).position(8);
        assertEquals(8, descriptors.read(fd, counter));
        assertEquals(8, counter.position());
        assertEquals(7, counter.getLong(8));
        assertEquals(-Errno.EAGAIN, descriptors.read(fd, direct(0)));
        assertEquals(-Errno.EINVAL, descriptors.eventfd(0, -1));
    }

    @Test
    void heapBuffersAreRefused() {
        ByteBuffer heap = ByteBuffer.allocate(64);
        assertThrows(IllegalArgumentException.class, () -> descriptors.read(-1, heap));
        assertThrows(IllegalArgumentException.class, () -> descriptors.write(-1, heap));
        assertThrows(IllegalArgumentException.class, () -> polling.poll(heap, 1, 0));
        assertThrows(IllegalArgumentException.class, () -> polling.poll(direct(0), 2, 0));
    }

    @Test
    void duplicateIsCloseOnExecAndCloseIsOnce() {
        int fd = keep(descriptors.eventfd(0, 0));
        assertEquals(0, descriptors.descriptorFlags(fd));
        int copy = descriptors.duplicate(fd);
        assertEquals(DescriptorCalls.FD_CLOEXEC, descriptors.descriptorFlags(copy));
        assertEquals(0, descriptors.close(copy));
        assertEquals(-Errno.EBADF, descriptors.close(copy));
        assertEquals(-Errno.EBADF, descriptors.duplicate(copy));
        assertEquals(-Errno.EBADF, descriptors.descriptorFlags(copy));
    }

    @Test
    void statusFlagsAreSetAndRead() {
        int fd = keep(descriptors.eventfd(0, 0));
        int before = descriptors.statusFlags(fd);
        assertEquals(0, before & DescriptorCalls.O_NONBLOCK);
        assertEquals(0, descriptors.setStatusFlags(fd, before | DescriptorCalls.O_NONBLOCK));
        assertEquals(before | DescriptorCalls.O_NONBLOCK, descriptors.statusFlags(fd));
        assertEquals(-Errno.EBADF, descriptors.statusFlags(-1));
        assertEquals(-Errno.EBADF, descriptors.setStatusFlags(-1, 0));
    }

    @Test
    void memoryFilesGrowAreSealedAndRefuseToShrink() {
        int flags = FileCalls.MFD_CLOEXEC | FileCalls.MFD_ALLOW_SEALING;
        int fd = keep(files.memfdCreate("test region", flags));
        assertEquals("/memfd:test region (deleted)", ProcessTables.target(fd));
        assertEquals(DescriptorCalls.FD_CLOEXEC, descriptors.descriptorFlags(fd));
        long big = 5L << 30;
        assertEquals(0, files.ftruncate(fd, big));
        FileStatus status = new FileStatus();
        assertEquals(0, files.fileStatus(fd, status));
        assertEquals(big, status.size());
        assertTrue(status.isRegularFile());
        assertEquals(0, files.ftruncate(fd, 8192));
        assertEquals(0, files.fallocate(fd, 0, 4096, 8192));
        assertEquals(0, files.fileStatus(fd, status));
        assertEquals(12288, status.size());
        assertEquals(0, files.getSeals(fd));
        assertEquals(0, files.addSeals(fd, FileCalls.F_SEAL_SHRINK));
        assertEquals(FileCalls.F_SEAL_SHRINK, files.getSeals(fd));
        assertEquals(-Errno.EPERM, files.ftruncate(fd, 0));
        assertEquals(-Errno.EINVAL, files.fallocate(fd, 0, 0, 0));
        assertEquals(-Errno.EINVAL, files.memfdCreate("x", -1));
    }

    @Test
    void sealsOfOtherFilesAreAnError() {
        int fd = keep(descriptors.eventfd(0, 0));
        assertEquals(-Errno.EINVAL, files.getSeals(fd));
        assertEquals(-Errno.EINVAL, files.addSeals(fd, FileCalls.F_SEAL_SHRINK));
    }

    @Test
    void eventCountersAreKnownFromOtherFiles() {
        assertEquals(1, files.isEventFd(keep(descriptors.eventfd(0, 0))));
        assertEquals(0, files.isEventFd(keep(polling.epollCreate())));
        assertEquals(0, files.isEventFd(keep(files.memfdCreate("anon_inode:[eventfd]", 0))));
        assertEquals(0, files.isEventFd(keep(files.memfdCreate("x".repeat(249), 0))));
        assertEquals(-Errno.ENOENT, files.isEventFd(1 << 20));
    }

    /** Up to the length at which a name gets memory of its own, and beyond. */
    @Test
    void namesOfAnyLengthEndWhereTheyEnd() throws Exception {
        FileStatus status = new FileStatus();
        int rest = directory.toString().length() + 1;
        for (int length : new int[] {200, 129, 128, 127, 126, rest + 1}) {
            Path file = directory.resolve("f".repeat(length - rest));
            assertEquals(-Errno.ENOENT, files.fileStatus(file.toString(), status));
            Files.write(file, new byte[length]);
            assertEquals(0, files.fileStatus(file.toString(), status));
            assertEquals(length, status.size());
        }
    }

    @Test
    void fileStatusAgreesWithTheJdk() throws Exception {
        Path file = Files.write(directory.resolve("f"), new byte[123]);
        FileStatus status = new FileStatus();
        assertEquals(0, files.fileStatus(file.toString(), status));
        assertEquals(123, status.size());
        assertEquals(Files.getAttribute(file, "unix:ino"), status.inode());
        assertEquals(Files.getAttribute(file, "unix:dev"), status.device());
        assertEquals(Files.getAttribute(file, "unix:uid"), status.uid());
        assertEquals(Files.getAttribute(file, "unix:gid"), status.gid());
        assertEquals(Files.getAttribute(file, "unix:mode"), status.mode());
        int name = keep(files.openName(file.toString()));
        assertEquals(0, files.chmod(name, 0640));
        assertEquals(0, files.chown(name, -1, -1));
        assertEquals(0, files.fileStatus(file.toString(), status));
        assertEquals(0640, status.mode() & 0777);
        assertEquals(0, files.fileStatus(directory.toString(), status));
        assertTrue(status.isDirectory());
        assertFalse(status.isRegularFile());
        assertFalse(status.isSocket());
    }

    @Test
    void linksAreNotFollowedAndNamesAreRemoved() throws Exception {
        Path link = Files.createSymbolicLink(directory.resolve("l"), directory);
        FileStatus status = new FileStatus();
        assertEquals(0, files.fileStatus(link.toString(), status));
        assertFalse(status.isDirectory());
        int name = keep(files.openName(link.toString()));
        assertEquals(0, files.fileStatus(name, status));
        assertFalse(status.isDirectory());
        assertTrue(files.openLockFile(link.toString()) < 0);
        assertEquals(0, files.unlink(link.toString()));
        assertEquals(-Errno.ENOENT, files.unlink(link.toString()));
        assertEquals(-Errno.ENOENT, files.fileStatus(link.toString(), status));
        assertEquals(-Errno.ENOENT, files.openName(link.toString()));
        assertEquals(-Errno.EBADF, files.fileStatus(-1, status));
    }

    @Test
    void aLockIsHeldByOneDescriptor() {
        String path = directory.resolve("lock").toString();
        int one = keep(files.openLockFile(path));
        int other = keep(files.openLockFile(path));
        assertEquals(0, files.tryLock(one));
        assertEquals(-Errno.EAGAIN, files.tryLock(other));
    }

    @Test
    void descriptorLimitIsReadAndSet() {
        long limit = files.descriptorLimit();
        assertTrue(limit > 0);
        assertEquals(0, files.setDescriptorLimit(limit - 1));
        assertEquals(limit - 1, files.descriptorLimit());
        assertEquals(0, files.setDescriptorLimit(limit));
        assertEquals(-Errno.EINVAL, files.setDescriptorLimit(Long.MAX_VALUE));
    }

    @Test
    void pathSocketsConnect() {
        String path = directory.resolve("s").toString();
        int listener =
                keep(
                        sockets.socket(
                                SocketCalls.SOCK_SEQPACKET
                                        | SocketCalls.SOCK_CLOEXEC
                                        | SocketCalls.SOCK_NONBLOCK));
        UnixAddress address = UnixAddress.ofPath(path);
        int client = keep(sockets.socket(SocketCalls.SOCK_SEQPACKET));
        assertEquals(0, descriptors.descriptorFlags(client));
        assertEquals(-Errno.ENOENT, sockets.connect(client, address.toBytes()));
        assertEquals(0, sockets.bind(listener, address.toBytes()));
        FileStatus status = new FileStatus();
        assertEquals(0, files.fileStatus(path, status));
        assertTrue(status.isSocket());
        assertEquals(-Errno.ECONNREFUSED, sockets.connect(client, address.toBytes()));
        assertEquals(0, sockets.getSocketOption(listener, SocketCalls.SO_ACCEPTCONN));
        assertEquals(0, sockets.listen(listener, 4));
        assertEquals(1, sockets.getSocketOption(listener, SocketCalls.SO_ACCEPTCONN));
        assertEquals(-Errno.EAGAIN, sockets.accept(listener));
        assertEquals(0, sockets.connect(client, address.toBytes()));
        int accepted = keep(sockets.accept(listener));
        assertEquals(DescriptorCalls.FD_CLOEXEC, descriptors.descriptorFlags(accepted));
        int status2 = descriptors.statusFlags(accepted);
        assertEquals(DescriptorCalls.O_NONBLOCK, status2 & DescriptorCalls.O_NONBLOCK);
        byte[] found = new byte[SocketCalls.ADDRESS_BYTES];
        int length = sockets.peerName(client, found);
        assertEquals(address, UnixAddress.ofBytes(found, length));
        length = sockets.socketName(client, found);
        assertTrue(UnixAddress.ofBytes(found, length).isUnnamed());
        int second = keep(sockets.socket(SocketCalls.SOCK_SEQPACKET));
        assertEquals(-Errno.EADDRINUSE, sockets.bind(second, address.toBytes()));
        assertEquals(-Errno.ENOTCONN, sockets.peerName(second, found));
        assertEquals(-Errno.EINVAL, sockets.listen(second, 1));
    }

    @Test
    void credentialsOfThePeerAreOurs() throws Exception {
        int[] two = new int[2];
        assertEquals(0, sockets.socketPair(SocketCalls.SOCK_STREAM, two));
        keep(two[0]);
        keep(two[1]);
        int[] peer = new int[3];
        assertEquals(0, sockets.peerCredentials(two[0], peer));
        assertEquals(ProcessHandle.current().pid(), peer[0]);
        assertEquals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"), peer[1]);
        assertEquals(Files.getAttribute(Path.of("/proc/self"), "unix:gid"), peer[2]);
        assertEquals(-Errno.EBADF, sockets.peerCredentials(-1, peer));
        assertEquals(-Errno.EINVAL, sockets.socketPair(-1, two));
    }

    @Test
    void optionsAreSetAndRead() {
        int fd = keep(sockets.socket(SocketCalls.SOCK_DGRAM | SocketCalls.SOCK_CLOEXEC));
        assertEquals(SocketCalls.SOCK_DGRAM, sockets.getSocketOption(fd, SocketCalls.SO_TYPE));
        assertEquals(SocketCalls.AF_UNIX, sockets.getSocketOption(fd, SocketCalls.SO_DOMAIN));
        assertEquals(0, sockets.setSocketOption(fd, SocketCalls.SO_SNDBUF, 10_000));
        assertEquals(20_000, sockets.getSocketOption(fd, SocketCalls.SO_SNDBUF));
        assertEquals(-Errno.EBADF, sockets.getSocketOption(-1, SocketCalls.SO_TYPE));
        assertEquals(-Errno.EBADF, sockets.setSocketOption(-1, SocketCalls.SO_SNDBUF, 1));
        assertEquals(-Errno.EBADF, sockets.shutdown(-1, SocketCalls.SHUT_WR));
    }

    @Test
    void epollAndPollFindReadiness() {
        int event = keep(descriptors.eventfd(1, 0));
        int epoll = keep(polling.epollCreate());
        long data = 0x7edc_ba98_7654_3210L;
        assertEquals(DescriptorCalls.FD_CLOEXEC, descriptors.descriptorFlags(epoll));
        int add = PollCalls.EPOLL_CTL_ADD;
        assertEquals(0, polling.epollControl(epoll, add, event, PollCalls.READABLE, data));
        assertEquals(-Errno.EEXIST, polling.epollControl(epoll, add, event, 0, 0));
        PollEvents events = polling.newEvents(4);
        assertEquals(1, polling.epollWait(epoll, events, 99, 0));
        assertEquals(PollCalls.READABLE, events.readiness(0));
        assertEquals(data, events.data(0));
        int both = PollCalls.READABLE | PollCalls.WRITABLE;
        assertEquals(both, polling.pollOne(event, both, 0));
        assertEquals(PollCalls.NOT_OPEN, polling.pollOne(1 << 20, both, 0));
        assertEquals(-Errno.EBADF, polling.epollWait(-1, events, 1, 0));
    }

    @Test
    void errorsHaveNames() {
        assertEquals("No such file or directory (ENOENT)", Errno.text(-Errno.ENOENT));
        assertEquals("Too many open files (EMFILE)", Errno.text(Errno.EMFILE));
        assertEquals("errno 4095", Errno.text(4095));
    }
}
