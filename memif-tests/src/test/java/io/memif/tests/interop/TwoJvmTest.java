package io.memif.tests.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.testing.ChildProcess;
import io.memif.testing.ExitWithInput;
import io.memif.testing.TestSockets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Two JVMs of ours exchange numbered packets, both ways at once, over one queue pair; each checks
 * order and content of what it gets. Enough packets for the rings' 16-bit indexes to wrap.
 */
@Timeout(180)
@Tag("once")
class TwoJvmTest {
    private static final String LOGGED =
            ".*JvmLog write\\R.*: (link down: peer|cannot connect to .*: no such socket).*\\R";

    private static final Pattern TOTALS =
            Pattern.compile("sent (\\d+) received (\\d+) chained (\\d+)");

    @TempDir Path directory;

    @ParameterizedTest(name = "slave {0}, master {1}, {2} packets of up to {3} bytes")
    @CsvSource({
        "POLLING, POLLING, 70000, 64",
        "INTERRUPT, ADAPTIVE, 70000, 64",
        "INTERRUPT, INTERRUPT, 20000, 9000",
        "ADAPTIVE, POLLING, 2000, 65536"
    })
    void exchangePackets(String slave, String master, int count, int maxLength)
            throws InterruptedException {
        try (ChildProcess server = start("MASTER", master, count, maxLength)) {
            TestSockets.awaitListening(directory.resolve("s").toString());
            try (ChildProcess client = start("SLAVE", slave, count, maxLength)) {
                check(server, count, maxLength);
                check(client, count, maxLength);
                client.signal("TERM");
                client.exitCode();
                assertEquals("", trouble(client));
                assertEquals(0, server.exitCode());
                assertEquals("", trouble(server));
            }
        }
    }

    /** All but the log's warnings, of two lines each: the other is not there yet, or has ended. */
    private static String trouble(ChildProcess child) {
        return child.err().replaceAll(LOGGED, "");
    }

    private ChildProcess start(String role, String rxMode, int count, int maxLength) {
        return ChildProcess.java(
                        ExitWithInput.class,
                        ExchangePeer.class.getName(),
                        role,
                        rxMode,
                        directory.resolve("s").toString(),
                        Integer.toString(count),
                        Integer.toString(maxLength))
                .start();
    }

    private static void check(ChildProcess peer, int count, int maxLength)
            throws InterruptedException {
        Matcher totals = TOTALS.matcher(peer.awaitLine("sent "));
        assertTrue(totals.matches());
        assertEquals(count, Integer.parseInt(totals.group(1)));
        assertEquals(count, Integer.parseInt(totals.group(2)));
        assertEquals(maxLength > 2048, Integer.parseInt(totals.group(3)) > 0);
    }
}
