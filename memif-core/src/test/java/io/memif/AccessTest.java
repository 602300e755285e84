package io.memif;

import static io.memif.testing.TestPackets.SOON;
import static io.memif.testing.TestPackets.connect;
import static io.memif.testing.TestPackets.exchange;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.internal.posix.FileStatus;
import io.memif.internal.posix.Posix;
import io.memif.testing.LinkEvents;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who may connect to a socket: the peer's user, as the kernel reports it, against a list. */
@Timeout(60)
class AccessTest {
    @TempDir Path directory;

    private final List<Throwable> errors = new CopyOnWriteArrayList<>();

    private static int ownUid() {
        FileStatus self = new FileStatus();
        assertEquals(0, Posix.open().files().fileStatus("/proc/self/task", self));
        return self.uid();
    }

    /** Of both kinds, since only one has a file that could keep anybody out. */
    private enum Kind {
        FILE,
        ABSTRACT
    }

    private MemifSocket socket(Kind kind, int... allowed) {
        return MemifSocket.open(
                SocketConfig.builder()
                        .address(
                                kind == Kind.FILE
                                        ? directory.resolve("s").toString()
                                        : "@memif-access-" + ProcessHandle.current().pid())
                        .allowPeerUids(allowed)
                        .errorHandler(errors::add)
                        .build());
    }

    @ParameterizedTest
    @EnumSource
    void aListedUserConnects(Kind kind) throws Exception {
        try (MemifSocket socket = socket(kind, ownUid() + 1, ownUid());
                MemifInterface master =
                        socket.addInterface(InterfaceConfig.builder().role(Role.MASTER).build());
                MemifInterface slave = socket.addInterface(InterfaceConfig.builder().build())) {
            connect(master, slave);
            exchange(master, slave, 60);
        }
        assertEquals(List.of(), errors);
    }

    /** Such as one that was computed, and came out empty. */
    @ParameterizedTest
    @EnumSource
    void anEmptyListAdmitsNobody(Kind kind) throws Exception {
        LinkEvents events = new LinkEvents();
        try (MemifSocket socket = socket(kind)) {
            socket.addInterface(InterfaceConfig.builder().role(Role.MASTER).build());
            socket.addInterface(
                    InterfaceConfig.builder().reconnect(false).listener(events).build());
            assertTrue(events.next().contains("user not allowed: uid " + ownUid()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void anotherUserIsToldWhyAndSoIsTheOperator(Kind kind) throws Exception {
        BlockingQueue<MemifException> failures = new LinkedBlockingQueue<>();
        InterfaceListener listener =
                new InterfaceListener() {
                    @Override
                    public void onConnectFailed(MemifInterface itf, MemifException cause) {
                        failures.add(cause);
                    }
                };
        try (MemifSocket socket = socket(kind, ownUid() + 1)) {
            socket.addInterface(InterfaceConfig.builder().role(Role.MASTER).build());
            socket.addInterface(
                    InterfaceConfig.builder().reconnect(false).listener(listener).build());
            MemifException failure = failures.poll(SOON, TimeUnit.NANOSECONDS);
            assertNotNull(failure);
            assertEquals(MemifException.Code.REFUSED_BY_PEER, failure.code());
            String why = "user not allowed: uid " + ownUid() + " (pid ";
            assertTrue(failure.peerReason().startsWith(why), failure.peerReason());
            assertEquals(1, errors.size());
            assertTrue(errors.get(0).getMessage().contains(why), errors.toString());
        }
    }
}
