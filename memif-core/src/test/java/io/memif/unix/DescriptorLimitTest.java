package io.memif.unix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.testing.ChildJvm;
import io.memif.testing.LeakCheck;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Behaviour at RLIMIT_NOFILE, in a process of its own. */
@ExtendWith(LeakCheck.class)
@Timeout(90)
class DescriptorLimitTest {
    @TempDir Path directory;

    @Test
    void everyEntryPointFailsClearlyLosesNothingAndRecovers() throws Exception {
        Path output = directory.resolve("output");
        ChildJvm.Outcome outcome = ChildJvm.run(output, "ulimit -n 128; ", LimitMain.class);
        assertEquals(0, outcome.exitCode(), outcome.output());
        assertTrue(outcome.output().contains("limit 128, failures 0"), outcome.output());
    }
}
