package io.memif.examples.tap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.examples.CommandRun;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a tap cannot be asked for; nothing here opens one. Its work is tested between kernels. */
@Timeout(20)
class TapUsageTest {
    @ParameterizedTest
    @CsvSource({
        "a tap carries Ethernet frames,x --mode ip",
        "a tap has one queue,x --queues 2",
        "--mtu 9001 is not within 68 to 9000,x --mtu 9001",
        "--mtu 67 is not within 68 to 9000,x --mtu 67",
        "needs 1 to 15 bytes,sixteen-long-xxx",
        "no blank; slash or colon,a/b",
        "'NAME',''",
        "is not an IP address of a single interface,x --ip 224.0.0.1/4"
    })
    void wrongUsage(String reason, String words) throws Exception {
        CommandRun run =
                CommandRun.startWords("tap --role master --socket @memif-tap-usage " + words);
        assertEquals(2, run.exitCode(), run::transcript);
        assertTrue(run.err().replace(',', ';').contains(reason), run::transcript);
        assertEquals(1, run.err().lines().count(), run::transcript);
        assertEquals("", run.out());
    }
}
