package io.memif.unix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.testing.ChildProcess;
import io.memif.testing.LeakCheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Behaviour at RLIMIT_NOFILE, in a process of its own. */
@ExtendWith(LeakCheck.class)
@Timeout(90)
class DescriptorLimitTest {
    @Test
    void everyEntryPointFailsClearlyLosesNothingAndRecovers() throws Exception {
        try (ChildProcess child =
                ChildProcess.java(LimitMain.class).descriptorLimit(128).withoutInput().start()) {
            assertEquals(0, child.exitCode(), child::toString);
            assertTrue(child.out().contains("limit 128, failures 0"), child::toString);
        }
    }
}
