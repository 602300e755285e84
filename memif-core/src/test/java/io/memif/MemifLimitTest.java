package io.memif;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.testing.ChildProcess;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Sockets, interfaces and handshakes at RLIMIT_NOFILE, in a process of its own. */
@Timeout(90)
class MemifLimitTest {
    @TempDir Path directory;

    @Test
    void everyStepOfALinkFailsClearlyDoesNotSpinAndRecovers() throws Exception {
        String address = directory.resolve("s").toString();
        try (ChildProcess child =
                ChildProcess.java(MemifLimitMain.class, address)
                        .descriptorLimit(128)
                        .withoutInput()
                        .start()) {
            assertEquals(0, child.exitCode(), child::toString);
            assertTrue(child.out().contains("wrong: 0"), child::toString);
        }
    }
}
