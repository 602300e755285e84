package io.memif;

import static io.memif.testing.TestPackets.SOON;
import static io.memif.testing.TestPackets.pattern;
import static io.memif.testing.TestPackets.receive;
import static io.memif.testing.TestPackets.send;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.memif.internal.posix.FileStatus;
import io.memif.internal.posix.Posix;
import io.memif.testing.ChildProcess;
import io.memif.testing.LinkEvents;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Peers in a JVM of another user, or in one that sees no /proc; needs root's rights. */
@Timeout(120)
class OtherUserTest {
    private static final int OTHER = 1000;

    @TempDir Path directory;

    /** The peer: echoes what comes until its input ends, and says how its link came about. */
    static final class Echo {
        private Echo() {}

        /** Time between two checks whether it is to end. */
        private static final long LOOK_NS = 1_000_000;

        /** Arguments: socket, role, and the mode of the socket's file. */
        public static void main(String[] args) throws Exception {
            InterfaceConfig config =
                    InterfaceConfig.builder()
                            .role(Role.valueOf(args[1]))
                            .ringSize(16)
                            .reconnect(false)
                            .build();
            SocketConfig.Builder where = SocketConfig.builder().address(args[0]);
            if (args.length > 2) {
                where.socketMode(Integer.parseInt(args[2], 8));
            }
            try (MemifSocket socket = MemifSocket.open(where.build())) {
                MemifInterface itf = socket.addInterface(config);
                System.out.println("ready");
                TxQueue tx = itf.txQueue(0);
                while (System.in.available() == 0) {
                    itf.rxQueue(0)
                            .poll(
                                    (buffer, offset, length, flags) ->
                                            tx.offer(buffer, offset, length),
                                    16);
                    tx.flush();
                    itf.rxQueue(0).await(LOOK_NS);
                }
                System.out.println(itf.details().toText());
            } catch (MemifException e) {
                System.out.println("failed: " + e.getMessage());
            }
        }
    }

    private static void requireRoot(String... programs) {
        FileStatus self = new FileStatus();
        boolean root =
                Posix.open().files().fileStatus("/proc/self/task", self) == 0 && self.uid() == 0;
        boolean have = Stream.of(programs).allMatch(OtherUserTest::isProgram);
        assumeTrue(root && have, "needs root's rights and " + List.of(programs) + " (util-linux)");
    }

    private static boolean isProgram(String name) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(each -> new File(each, name).canExecute());
    }

    /** What the peer needs of the class path, where everybody can read it. */
    private String readableClassPath() throws IOException {
        List<String> entries = new ArrayList<>();
        Path copies = Files.createTempDirectory(directory, "classes");
        Files.setPosixFilePermissions(copies, PosixFilePermissions.fromString("rwxr-xr-x"));
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path from = Path.of(entry).toAbsolutePath();
            String name = from.getFileName().toString();
            if (Files.isDirectory(from) || name.startsWith("j") && name.contains("ffi")) {
                Path to = copies.resolve(entries.size() + name);
                copy(from, to);
                entries.add(to.toString());
            }
        }
        return String.join(File.pathSeparator, entries);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.toList()) {
                Path target = to.resolve(from.relativize(path).toString());
                Files.copy(path, path.equals(from) ? to : target);
            }
        }
    }

    private ChildProcess peer(List<String> by, String... arguments) throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        List<String> command = new ArrayList<>(by);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ChildProcess.SMALL_JVM);
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp", readableClassPath()));
        command.add(Echo.class.getName());
        command.addAll(List.of(arguments));
        return ChildProcess.command("peer", command)
                .configure(each -> each.directory(directory.toFile()))
                .start();
    }

    private Path shared() throws IOException {
        Path shared = Files.createDirectory(directory.resolve("shared"));
        Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxrwxrwx"));
        return shared.resolve("s");
    }

    /** The descriptor that came is mapped itself: the mode of its file keeps nobody out. */
    @Test
    void aMasterWithoutRightsTakesRootsPrivateRegions() throws Exception {
        requireRoot("setpriv");
        List<String> by =
                List.of(
                        "setpriv",
                        "--reuid=" + OTHER,
                        "--regid=" + OTHER,
                        "--clear-groups",
                        "--inh-caps=-all");
        Path socket = shared();
        try (ChildProcess peer = peer(by, socket.toString(), "MASTER", "666")) {
            peer.awaitLine("ready");
            InterfaceConfig.Builder config = InterfaceConfig.builder().ringSize(16);
            try (MemifRegion region = MemifRegion.builder().createForBuffersOf(config);
                    MemifSocket own =
                            MemifSocket.open(
                                    SocketConfig.builder().address(socket.toString()).build())) {
                int number = region.descriptor().acquire();
                try {
                    Files.setPosixFilePermissions(
                            Path.of("/proc/self/fd/" + number),
                            PosixFilePermissions.fromString("rw-------"));
                } finally {
                    region.descriptor().release();
                }
                MemifInterface slave = own.addInterface(config.build());
                echoed(slave, peer);
                assertEquals(OTHER, slave.linkInfo().peerUid());
                peer.send("end");
                assertEquals(0, peer.exitCode(), peer::toString);
                assertTrue(peer.out().contains("uid 0 gid 0"), peer::toString);
            }
        }
    }

    private static void echoed(MemifInterface slave, ChildProcess peer) throws Exception {
        assertTrue(slave.awaitConnected(Duration.ofNanos(SOON)), () -> slave.details() + "" + peer);
        byte[] packet = pattern(3, 100);
        send(slave.txQueue(0), packet);
        assertArrayEquals(packet, receive(slave.rxQueue(0)));
    }

    /** As master it cannot see what a ring's descriptor is, nor set the mode of a file. */
    @Test
    void aMasterWithoutProcSaysThatItNeedsIt() throws Exception {
        requireRoot("unshare", "umount");
        // The launcher, too, finds its libraries by way of /proc.
        String libraries = Path.of(System.getProperty("java.home"), "lib").toString();
        List<String> by =
                List.of(
                        "unshare",
                        "--mount",
                        "sh",
                        "-c",
                        "umount -l /proc && LD_LIBRARY_PATH=" + libraries + " exec \"$0\" \"$@\"");
        Path socket = directory.resolve("s");
        try (ChildProcess peer = peer(by, socket.toString(), "MASTER", "666")) {
            String said = peer.awaitLine("failed: ");
            assertTrue(said.contains("chmod needs /proc: mount it"), said);
        }
        LinkEvents events = new LinkEvents();
        InterfaceConfig slave =
                InterfaceConfig.builder().ringSize(16).reconnect(false).listener(events).build();
        try (ChildProcess peer = peer(by, socket.toString(), "MASTER");
                MemifSocket own =
                        MemifSocket.open(
                                SocketConfig.builder().address(socket.toString()).build())) {
            peer.awaitLine("ready");
            own.addInterface(slave);
            String event = events.next();
            assertTrue(event.contains("without /proc: mount it"), event + peer);
            peer.kill();
        }
    }
}
