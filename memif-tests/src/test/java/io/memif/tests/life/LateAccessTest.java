package io.memif.tests.life;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.memif.testing.ChildProcess;
import java.nio.file.Path;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Handles and buffers of a link that has ended are used all the same, the buffers also by their raw
 * addresses and by channels, as other libraries use them: the handles answer, the buffers read
 * zeros, and the JVM lives. In a child JVM, since a failure takes the whole JVM along.
 */
@Timeout(240)
class LateAccessTest {
    @TempDir Path directory;

    @ParameterizedTest
    @EnumSource(LateAccess.End.class)
    void harmsNobody(LateAccess.End end) throws Exception {
        String address = directory.resolve("s").toString();
        try (ChildProcess child =
                ChildProcess.java(LateAccess.class, address, end.toString()).start()) {
            child.awaitLine("worked");
            child.awaitLine("alive");
            assertEquals(0, child.exitCode());
        }
    }
}
