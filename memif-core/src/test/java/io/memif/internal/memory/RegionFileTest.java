package io.memif.internal.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.internal.posix.DescriptorCalls;
import io.memif.internal.posix.Errno;
import io.memif.internal.posix.FileCalls;
import io.memif.internal.posix.FileStatus;
import io.memif.internal.posix.Posix;
import io.memif.internal.posix.SystemCall;
import io.memif.testing.LeakCheck;
import io.memif.unix.OwnedFd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The files behind a slave's regions, and what is said when there is no room for them. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class RegionFileTest {
    private final Posix posix = Posix.open();

    @Test
    void fileIsSealedAgainstShrinkingAndHasItsSize() {
        FileCalls files = posix.files();
        try (OwnedFd file = new RegionFile(posix).create("memif-a", 10_000)) {
            int number = file.acquire();
            try {
                FileStatus status = new FileStatus();
                assertEquals(0, files.fileStatus(number, status));
                assertEquals(10_000, status.size());
                assertEquals(-Errno.EPERM, files.ftruncate(number, 9_999));
                assertEquals(
                        DescriptorCalls.FD_CLOEXEC, posix.descriptors().descriptorFlags(number));
            } finally {
                file.release();
            }
            assertTrue(new RegionCheck(posix).sealed(file));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "MEMFD_CREATE, EMFILE, cannot create, raise the limit (ulimit -n",
        "MEMFD_CREATE, ENFILE, cannot create, raise fs.file-max",
        "MEMFD_CREATE, ENOMEM, cannot create, not enough shared memory",
        "FTRUNCATE, ENOMEM, cannot size, not enough shared memory",
        "FALLOCATE, ENOSPC, cannot allocate, not enough shared memory",
        "FALLOCATE, ENOMEM, cannot allocate, not enough shared memory",
        "ADD_SEALS, EPERM, cannot seal, EPERM"
    })
    void eachFailureIsExplainedAndLeavesNothing(
            SystemCall failing, String errno, String what, String hint) {
        int number =
                switch (errno) {
                    case "EMFILE" -> Errno.EMFILE;
                    case "ENFILE" -> Errno.ENFILE;
                    case "ENOMEM" -> Errno.ENOMEM;
                    case "ENOSPC" -> Errno.ENOSPC;
                    default -> Errno.EPERM;
                };
        Posix broken = Posix.open(call -> call == failing ? -number : 0);
        RegionException e =
                assertThrows(
                        RegionException.class,
                        () -> new RegionFile(broken).create("memif-a", 8_192));
        assertTrue(
                e.getMessage().startsWith(what + " region memif-a of 8192 bytes: "),
                e.getMessage());
        assertTrue(e.getMessage().contains(" (" + errno + ")"), e.getMessage());
        assertTrue(e.getMessage().contains(hint), e.getMessage());
    }
}
