package io.memif;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.MemifException.Code;
import io.memif.internal.posix.Errno;
import io.memif.internal.posix.SystemCall;
import io.memif.testing.LinkEvents;
import io.memif.testing.TestPosix;
import java.nio.file.Path;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Errors of the kernel that only some users get, or only at times: each message says what is wrong.
 */
@Timeout(60)
class AddressErrorTest {
    @TempDir Path directory;

    private MemifSocket failing(SystemCall failing, int errno) {
        SocketConfig config =
                SocketConfig.builder().address(directory.resolve("s").toString()).build();
        return MemifSocket.open(config, TestPosix.open(call -> call == failing ? -errno : 0));
    }

    @ParameterizedTest
    @CsvSource({
        Errno.EACCES + ", BAD_ADDRESS, permission denied",
        Errno.EPERM + ", BAD_ADDRESS, permission denied",
        Errno.ENOTDIR + ", BAD_ADDRESS, not a directory",
        Errno.EPROTOTYPE + ", BAD_ADDRESS, memif needs SEQPACKET",
        Errno.ENOENT + ", NOBODY_LISTENS, start the master first",
        Errno.ECONNREFUSED + ", NOBODY_LISTENS, nobody listens",
        Errno.EAGAIN + ", NOBODY_LISTENS, queue of connections is full",
        Errno.EMFILE + ", LIMIT, ulimit -n",
        Errno.ENFILE + ", LIMIT, fs.file-max"
    })
    void connecting(int errno, Code code, String words) throws InterruptedException {
        LinkEvents events = new LinkEvents();
        InterfaceConfig slave =
                InterfaceConfig.builder()
                        .role(Role.SLAVE)
                        .listener(events)
                        .reconnect(false)
                        .build();
        try (MemifSocket socket = failing(SystemCall.CONNECT, errno)) {
            socket.addInterface(slave);
            String event = events.next();
            assertTrue(event.startsWith("failed: " + code + " "), event);
            assertTrue(event.contains(words), event);
        }
    }

    @ParameterizedTest
    @CsvSource({
        Errno.EACCES + ", BAD_ADDRESS, permission denied; the directory must be writable",
        Errno.ENOENT + ", BAD_ADDRESS, no such directory",
        Errno.ENOTDIR + ", BAD_ADDRESS, not a directory",
        Errno.EMFILE + ", LIMIT, ulimit -n",
        Errno.ENFILE + ", LIMIT, fs.file-max"
    })
    void listening(int errno, Code code, String words) {
        InterfaceConfig master = InterfaceConfig.builder().role(Role.MASTER).build();
        try (MemifSocket socket = failing(SystemCall.BIND, errno)) {
            MemifException e =
                    assertThrows(MemifException.class, () -> socket.addInterface(master));
            assertEquals(code, e.code());
            assertTrue(e.getMessage().contains(words), e.getMessage());
        }
    }
}
