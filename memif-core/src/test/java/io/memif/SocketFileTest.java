package io.memif;

import static io.memif.testing.TestPackets.SOON;
import static io.memif.testing.TestPackets.connect;
import static io.memif.testing.TestPackets.exchange;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.internal.posix.Errno;
import io.memif.internal.posix.FileStatus;
import io.memif.internal.posix.Posix;
import io.memif.internal.posix.SocketCalls;
import io.memif.internal.posix.SystemCall;
import io.memif.unix.OwnedFd;
import io.memif.unix.UnixAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a master does to the path it listens on. */
@Timeout(60)
class SocketFileTest {
    private static final InterfaceConfig MASTER =
            InterfaceConfig.builder().role(Role.MASTER).ringSize(16).build();
    private static final InterfaceConfig SLAVE =
            InterfaceConfig.builder().role(Role.SLAVE).ringSize(16).build();

    @TempDir Path directory;

    private Path path() {
        return directory.resolve("s");
    }

    private SocketConfig.Builder config() {
        return SocketConfig.builder().address(path().toString()).errorHandler(e -> {});
    }

    private FileStatus status() {
        FileStatus status = new FileStatus();
        assertEquals(0, Posix.open().files().fileStatus(path().toString(), status));
        return status;
    }

    private OwnedFd bound(int type, boolean listening) {
        Posix posix = Posix.open();
        int raw = posix.sockets().socket(type | SocketCalls.SOCK_CLOEXEC);
        OwnedFd fd = OwnedFd.adopt(posix, raw, "socket of a test");
        assertEquals(0, posix.sockets().bind(raw, UnixAddress.ofPath(path().toString()).toBytes()));
        if (listening) {
            assertEquals(0, posix.sockets().listen(raw, 1));
        }
        return fd;
    }

    private MemifException refused(SocketConfig config) {
        try (MemifSocket socket = MemifSocket.open(config)) {
            return assertThrows(MemifException.class, () -> socket.addInterface(MASTER));
        }
    }

    @Test
    void modeOwnerAndGroupAreSetBeforeAnybodyCanConnect() {
        boolean root = status(directory).uid() == 0;
        int owner = root ? 12345 : status(directory).uid();
        int group = root ? 54321 : status(directory).gid();
        List<FileStatus> atListen = new ArrayList<>();
        Posix posix =
                Posix.open(
                        call -> {
                            if (call == SystemCall.LISTEN) {
                                atListen.add(status());
                            }
                            return 0;
                        });
        SocketConfig config =
                config().socketMode(0620).socketOwner(owner).socketGroup(group).build();
        try (MemifSocket socket = MemifSocket.open(config, posix)) {
            socket.addInterface(MASTER);
            assertEquals(0620, status().mode() & 0777);
        }
        assertEquals(1, atListen.size());
        assertEquals(0620, atListen.get(0).mode() & 0777);
        assertEquals(owner, atListen.get(0).uid());
        assertEquals(group, atListen.get(0).gid());
        assertFalse(Files.exists(path()));
    }

    private static FileStatus status(Path path) {
        FileStatus status = new FileStatus();
        assertEquals(0, Posix.open().files().fileStatus(path.toString(), status));
        return status;
    }

    @ParameterizedTest
    @ValueSource(strings = {"CHOWN", "CHMOD", "LISTEN"})
    void aFailureOnTheWayLeavesNoFileBehind(String failing) {
        Posix posix = Posix.open(call -> call == SystemCall.valueOf(failing) ? -Errno.EPERM : 0);
        SocketConfig config = config().socketMode(0600).socketGroup(7).build();
        try (MemifSocket socket = MemifSocket.open(config, posix)) {
            MemifException e =
                    assertThrows(MemifException.class, () -> socket.addInterface(MASTER));
            assertEquals(MemifException.Code.BAD_ADDRESS, e.code());
            assertTrue(e.getMessage().contains(path().toString()), e.getMessage());
            assertFalse(Files.exists(path()));
        }
    }

    @ParameterizedTest
    @ValueSource(
            ints = {SocketCalls.SOCK_SEQPACKET, SocketCalls.SOCK_STREAM, SocketCalls.SOCK_DGRAM})
    void aStaleSocketIsTakenOver(int type) throws Exception {
        bound(type, false).close();
        assertTrue(Files.exists(path()));
        try (MemifSocket socket = MemifSocket.open(config().build());
                MemifInterface master = socket.addInterface(MASTER);
                MemifInterface slave = socket.addInterface(SLAVE)) {
            connect(master, slave);
            exchange(master, slave, 60);
        }
        assertFalse(Files.exists(path()));
    }

    @ParameterizedTest
    @ValueSource(
            ints = {SocketCalls.SOCK_SEQPACKET, SocketCalls.SOCK_STREAM, SocketCalls.SOCK_DGRAM})
    void aSocketThatIsBoundIsLeftAloneWhetherItListensOrNot(int type) {
        for (boolean listening : new boolean[] {false, type != SocketCalls.SOCK_DGRAM}) {
            try (OwnedFd other = bound(type, listening)) {
                long inode = status().inode();
                MemifException e = refused(config().build());
                assertEquals(MemifException.Code.BAD_ADDRESS, e.code());
                assertTrue(e.getMessage().contains("already listens there"), e.getMessage());
                assertEquals(inode, status().inode());
                assertTrue(other.isOwned());
            }
            path().toFile().delete();
        }
    }

    /** The other finds it stale as well, and comes when the first has decided. */
    @ParameterizedTest
    @ValueSource(strings = {"LSTAT", "UNLINK", "BIND", "LISTEN"})
    void ofTwoThatFindAStaleSocketOneWins(String moment) throws Exception {
        bound(SocketCalls.SOCK_SEQPACKET, false).close();
        List<MemifSocket> others = new ArrayList<>();
        List<MemifInterface> winners = new ArrayList<>();
        boolean[] stale = {false};
        Posix posix =
                Posix.open(
                        call -> {
                            stale[0] |= call == SystemCall.LSTAT;
                            if (stale[0] && call.name().equals(moment) && others.isEmpty()) {
                                others.add(MemifSocket.open(config().build()));
                                try {
                                    winners.add(others.get(0).addInterface(MASTER));
                                } catch (MemifException e) {
                                    assertEquals(MemifException.Code.BAD_ADDRESS, e.code());
                                }
                            }
                            return 0;
                        });
        try (MemifSocket first = MemifSocket.open(config().build(), posix)) {
            try {
                winners.add(first.addInterface(MASTER));
            } catch (MemifException e) {
                assertEquals(MemifException.Code.BAD_ADDRESS, e.code());
            }
            assertEquals(1, others.size());
            assertEquals(1, winners.size(), "who listens");
            try (MemifSocket slaves = MemifSocket.open(config().build());
                    MemifInterface slave = slaves.addInterface(SLAVE)) {
                connect(winners.get(0), slave);
            }
        } finally {
            others.forEach(MemifSocket::close);
        }
        assertEquals(0, directory.toFile().list().length, "nothing is left behind");
    }

    @Test
    void ofManyThatFindAStaleSocketOneWins() throws Exception {
        for (int round = 0; round < 20; round++) {
            bound(SocketCalls.SOCK_SEQPACKET, false).close();
            List<MemifSocket> sockets = new ArrayList<>();
            List<Thread> threads = new ArrayList<>();
            List<MemifInterface> winners = new CopyOnWriteArrayList<>();
            CyclicBarrier together = new CyclicBarrier(4);
            for (int i = 0; i < 4; i++) {
                MemifSocket socket = MemifSocket.open(config().build());
                sockets.add(socket);
                Thread thread =
                        new Thread(
                                () -> {
                                    try {
                                        together.await();
                                        winners.add(socket.addInterface(MASTER));
                                    } catch (MemifException
                                            | InterruptedException
                                            | BrokenBarrierException e) {
                                        return;
                                    }
                                });
                threads.add(thread);
                thread.start();
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertEquals(1, winners.size(), "who listens");
            try (MemifInterface slave = sockets.get(0).addInterface(SLAVE)) {
                connect(winners.get(0), slave);
            }
            sockets.forEach(MemifSocket::close);
            assertEquals(0, directory.toFile().list().length, "nothing is left behind");
        }
    }

    /** Somebody who can write the directory puts a link in the place of the socket file. */
    @ParameterizedTest
    @ValueSource(strings = {"LSTAT", "OPEN", "FSTAT", "CHOWN", "CHMOD", "LISTEN"})
    void modeAndOwnerCannotBeLedElsewhere(String moment) throws Exception {
        Path precious = Files.writeString(directory.resolve("precious"), "x");
        Files.setPosixFilePermissions(precious, PosixFilePermissions.fromString("rw-------"));
        boolean[] bound = {false};
        Posix posix =
                Posix.open(
                        call -> {
                            if (bound[0] && call.name().equals(moment)) {
                                bound[0] = false;
                                assertTrue(path().toFile().delete());
                                assertEquals(path(), link(precious));
                            }
                            bound[0] |= call == SystemCall.BIND;
                            return 0;
                        });
        int group = status(directory).gid();
        SocketConfig config = config().socketMode(0666).socketGroup(group).build();
        try (MemifSocket socket = MemifSocket.open(config, posix)) {
            try {
                socket.addInterface(MASTER);
            } catch (MemifException e) {
                assertTrue(e.getMessage().contains("another file in its place"), e.toString());
            }
            assertEquals(0600, status(precious).mode() & 0777);
        }
        assertEquals("x", Files.readString(precious));
    }

    private Path link(Path target) {
        try {
            return Files.createSymbolicLink(path(), target);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aSecondMasterDoesNotDisturbTheFirst() throws Exception {
        try (MemifSocket first = MemifSocket.open(config().build());
                MemifInterface master = first.addInterface(MASTER);
                MemifInterface slave = first.addInterface(SLAVE)) {
            connect(master, slave);
            refused(config().build());
            exchange(master, slave, 60);
            assertTrue(Files.exists(path()));
        }
    }

    @Test
    void anotherKindOfFileIsRefusedAndLeftAlone() throws IOException {
        Files.writeString(path(), "precious");
        MemifException e = refused(config().build());
        assertEquals(MemifException.Code.BAD_ADDRESS, e.code());
        assertTrue(e.getMessage().contains("not a socket"), e.getMessage());
        assertEquals("precious", Files.readString(path()));
    }

    @Test
    void aMissingDirectoryIsSaid() {
        SocketConfig config = config().address(directory.resolve("no/s").toString()).build();
        assertTrue(refused(config).getMessage().contains("no such directory"));
    }

    @Test
    void onlyOurOwnFileIsRemoved() throws IOException {
        try (MemifSocket socket = MemifSocket.open(config().build())) {
            socket.addInterface(MASTER);
            Files.delete(path());
            Files.writeString(path(), "somebody else's");
        }
        assertEquals("somebody else's", Files.readString(path()));
    }

    @Test
    void theFileGoesWithTheLastMasterAndComesBackWithTheNext() {
        try (MemifSocket socket = MemifSocket.open(config().build())) {
            for (int round = 0; round < 2; round++) {
                MemifInterface one = socket.addInterface(MASTER);
                InterfaceConfig next = InterfaceConfig.builder().role(Role.MASTER).id(1).build();
                MemifInterface two = socket.addInterface(next);
                one.close();
                assertTrue(Files.exists(path()));
                two.close();
                assertFalse(Files.exists(path()));
            }
        }
    }

    @Test
    void anAbstractNameHasItsExactLength() throws Exception {
        String name = "@memif-" + ProcessHandle.current().pid() + "-exact";
        try (MemifSocket socket = MemifSocket.open(config().address(name).build());
                MemifInterface master = socket.addInterface(MASTER);
                MemifInterface slave = socket.addInterface(SLAVE)) {
            assertTrue(slave.awaitConnected(Duration.ofNanos(SOON)));
            assertTrue(master.awaitConnected(Duration.ofNanos(SOON)));
            // A name with trailing NULs would be shown with trailing @.
            List<String> table = Files.readAllLines(Path.of("/proc/net/unix"));
            assertTrue(table.stream().anyMatch(line -> line.endsWith(" " + name)), name);
            refused(config().address(name).build());
        }
    }
}
