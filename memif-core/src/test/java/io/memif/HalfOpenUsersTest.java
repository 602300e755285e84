package io.memif;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.internal.posix.PollCalls;
import io.memif.internal.posix.Posix;
import io.memif.internal.posix.SocketCalls;
import io.memif.internal.posix.ThreadUser;
import io.memif.testing.Await;
import io.memif.testing.TestPosix;
import io.memif.unix.OwnedFd;
import io.memif.unix.UnixAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections that say nothing, of two users: one fills the list, and pays for newcomers. */
@Timeout(60)
class HalfOpenUsersTest {
    private static final String ADDRESS = "@memif-users-" + ProcessHandle.current().pid();
    private static final int OTHER_USER = 65534;
    private static final int MOST = 4;

    private final Posix posix = TestPosix.open();
    private final List<Throwable> errors = new CopyOnWriteArrayList<>();

    private OwnedFd connect() {
        int type = SocketCalls.SOCK_SEQPACKET | SocketCalls.SOCK_CLOEXEC;
        OwnedFd fd = OwnedFd.adopt(posix, posix.sockets().socket(type), "silent slave");
        int number = fd.acquire();
        byte[] address = UnixAddress.ofAbstract(ADDRESS.substring(1)).toBytes();
        assertEquals(0, posix.sockets().connect(number, address));
        fd.release();
        return fd;
    }

    private boolean hasEnded(OwnedFd fd) {
        int number = fd.acquire();
        try {
            return (posix.polling().pollOne(number, PollCalls.READABLE, 0) & PollCalls.HANGUP) != 0;
        } finally {
            fd.release();
        }
    }

    @Test
    void theUserWithMostOfThemMakesRoom() throws Exception {
        SocketConfig config =
                SocketConfig.builder()
                        .address(ADDRESS)
                        .maxHalfOpen(MOST)
                        .errorHandler(errors::add)
                        .build();
        List<OwnedFd> all = new ArrayList<>();
        try (MemifSocket socket = MemifSocket.open(config)) {
            socket.addInterface(InterfaceConfig.builder().role(Role.MASTER).build());
            // Ours is the oldest, and would go first but for the other user.
            all.add(connect());
            Await.soon("accepted", () -> socket.details().accepted() == 1);
            try (ThreadUser other = new ThreadUser(OTHER_USER)) {
                for (int i = 1; i < MOST; i++) {
                    all.add(connect());
                }
                for (int newcomer = MOST; newcomer < 2 * MOST; newcomer++) {
                    all.add(connect());
                    OwnedFd oldest = all.get(newcomer - MOST + 1);
                    Await.soon("the oldest of " + other + " goes", () -> hasEnded(oldest));
                    assertFalse(hasEnded(all.get(0)), "ours stays");
                    assertTrue(socket.details().halfOpen() <= MOST);
                }
            }
            Await.soon("each is reported", () -> errors.size() == MOST);
        } finally {
            all.forEach(OwnedFd::close);
        }
    }
}
