package io.memif;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.testing.ChildJvm;
import io.memif.testing.LeakCheck;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Sockets, interfaces and handshakes at RLIMIT_NOFILE, in a process of its own. */
@ExtendWith(LeakCheck.class)
@Timeout(90)
class MemifLimitTest {
    @TempDir Path directory;

    @Test
    void everyStepOfALinkFailsClearlyDoesNotSpinAndRecovers() throws Exception {
        Path output = directory.resolve("output");
        String address = directory.resolve("s").toString();
        ChildJvm.Outcome outcome =
                ChildJvm.run(output, "ulimit -n 128; ", MemifLimitMain.class, address);
        assertEquals(0, outcome.exitCode(), outcome.output());
        assertTrue(outcome.output().contains("wrong: 0"), outcome.output());
    }
}
