package io.memif.tests.life;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.testing.LeakCheck;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Handles and buffers of a link that has ended are used all the same: the handles answer, the
 * buffers throw (JDK 22 and later) or still work (before), and the JVM lives. In a child JVM, since
 * a failure takes the whole JVM along.
 */
@ExtendWith(LeakCheck.class)
@Timeout(240)
class LateAccessTest {
    @TempDir Path directory;

    @ParameterizedTest
    @EnumSource(LateAccess.End.class)
    void harmsNobody(LateAccess.End end) throws Exception {
        String address = directory.resolve("s").toString();
        try (ChildJvm child =
                ChildJvm.start(List.of(), LateAccess.class, address, end.toString())) {
            String count = child.expect("worked");
            child.expect("alive");
            assertEquals(0, child.exitCode());
            String nothing = Holdings.UNMAPS_AT_ONCE ? "worked 0 " : " thrown 0";
            assertTrue((count + " ").contains(nothing), count);
        }
    }
}
