package io.memif.unix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.testing.ChildProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Behaviour at RLIMIT_NOFILE, in a process of its own. */
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
