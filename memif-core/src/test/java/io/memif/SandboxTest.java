package io.memif;

import static io.memif.testing.TestPackets.SOON;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.MemifException.Code;
import io.memif.internal.posix.Errno;
import io.memif.internal.posix.Posix;
import io.memif.internal.posix.SystemCall;
import io.memif.testing.LinkEvents;
import io.memif.testing.TestPosix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Containers and services that forbid a call or lack a file: the message names it, and what to
 * change.
 */
@Timeout(60)
class SandboxTest {
    private static final String REMEDY = "a seccomp filter forbids it";

    @TempDir Path directory;

    private String address() {
        return directory.resolve("s").toString();
    }

    private static Posix without(SystemCall forbidden, int errno) {
        return TestPosix.open(call -> call == forbidden ? -errno : 0);
    }

    @ParameterizedTest
    @CsvSource({
        "EPOLL_CREATE, " + Errno.EPERM + ", epoll_create1",
        "EPOLL_CREATE, " + Errno.ENOSYS + ", epoll_create1",
        "EVENTFD, " + Errno.EPERM + ", eventfd2",
        "EVENTFD, " + Errno.ENOSYS + ", eventfd2"
    })
    void aCallThatTheReactorNeeds(SystemCall forbidden, int errno, String name) {
        SocketConfig config = SocketConfig.builder().address(address()).build();
        Posix posix = without(forbidden, errno);
        MemifException e =
                assertThrows(MemifException.class, () -> MemifSocket.open(config, posix));
        assertEquals(Code.SYSTEM, e.code());
        says(e.getMessage(), name, REMEDY);
    }

    @ParameterizedTest
    @CsvSource({
        "MEMFD_CREATE, " + Errno.EPERM + ", memfd_create",
        "MEMFD_CREATE, " + Errno.ENOSYS + ", memfd_create",
        "SOCKET, " + Errno.EPERM + ", socket",
        "SOCKET, " + Errno.ENOSYS + ", socket"
    })
    void aCallThatALinkNeeds(SystemCall forbidden, int errno, String name) throws Exception {
        LinkEvents events = new LinkEvents();
        InterfaceConfig slave = InterfaceConfig.builder().reconnect(false).listener(events).build();
        SocketConfig config = SocketConfig.builder().address(address()).build();
        try (MemifSocket masters = MemifSocket.open(config);
                MemifSocket slaves = MemifSocket.open(config, without(forbidden, errno))) {
            masters.addInterface(InterfaceConfig.builder().role(Role.MASTER).build());
            slaves.addInterface(slave);
            says(events.next(), name, REMEDY);
        }
    }

    @ParameterizedTest
    @CsvSource({
        Errno.EROFS + ", read-only",
        Errno.EOPNOTSUPP + ", does not support sockets",
        Errno.ELOOP + ", form a loop",
        Errno.EACCES + ", permission denied"
    })
    void aDirectoryThatTakesNoSocket(int errno, String what) {
        InterfaceConfig master = InterfaceConfig.builder().role(Role.MASTER).build();
        SocketConfig config = SocketConfig.builder().address(address()).build();
        try (MemifSocket socket = MemifSocket.open(config, without(SystemCall.BIND, errno))) {
            MemifException e =
                    assertThrows(MemifException.class, () -> socket.addInterface(master));
            assertEquals(Code.BAD_ADDRESS, e.code());
            says(e.getMessage(), what, "that this user can write, or an abstract name (@name)");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"CHMOD", "CHOWN"})
    void modeAndOwnerNeedProc(String failing) throws IOException {
        int group = (int) Files.getAttribute(directory, "unix:gid");
        SocketConfig config =
                SocketConfig.builder()
                        .address(address())
                        .socketMode(0600)
                        .socketGroup(group)
                        .build();
        Posix posix = without(SystemCall.valueOf(failing), Errno.ENOENT);
        try (MemifSocket socket = MemifSocket.open(config, posix)) {
            InterfaceConfig master = InterfaceConfig.builder().role(Role.MASTER).build();
            MemifException e =
                    assertThrows(MemifException.class, () -> socket.addInterface(master));
            says(e.getMessage(), "/proc");
        }
    }

    private String failureAt(String address) throws InterruptedException {
        LinkEvents events = new LinkEvents();
        InterfaceConfig slave = InterfaceConfig.builder().reconnect(false).listener(events).build();
        try (MemifSocket socket =
                MemifSocket.open(SocketConfig.builder().address(address).build())) {
            MemifInterface itf = socket.addInterface(slave);
            String event = events.next();
            assertThrows(MemifException.class, () -> itf.awaitConnected(Duration.ofNanos(SOON)));
            return event;
        }
    }

    @Test
    void behindASymbolicLinkToAStaleSocketNobodyListens() throws Exception {
        SocketConfig config = SocketConfig.builder().address(address()).build();
        Path stale = directory.resolve("stale");
        try (MemifSocket socket = MemifSocket.open(config)) {
            socket.addInterface(InterfaceConfig.builder().role(Role.MASTER).build());
            Files.createLink(stale, Path.of(address()));
        }
        Path link = Files.createSymbolicLink(directory.resolve("link"), stale);
        says(failureAt(link.toString()), "NOBODY_LISTENS", "nobody listens", "begin with @");
        Files.delete(stale);
        says(failureAt(link.toString()), "NOBODY_LISTENS", "no such socket", "begin with @");
        Files.writeString(stale, "a file");
        says(failureAt(link.toString()), "BAD_ADDRESS", "not a socket");
    }

    @Test
    void anAbstractNameMayBeInAnotherNamespace() throws Exception {
        says(
                failureAt("@memif-nobody-" + ProcessHandle.current().pid()),
                "NOBODY_LISTENS",
                "nobody listens",
                "network namespace");
    }

    private static void says(String text, String... words) {
        for (String word : words) {
            assertTrue(text.contains(word), () -> word + " in: " + text);
        }
    }
}
