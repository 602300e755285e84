package io.memif.tests.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Two JVMs of ours exchange numbered packets, both ways at once, over one queue pair; each checks
 * order and content of what it gets. Enough packets for the rings' 16-bit indexes to wrap.
 */
@Timeout(180)
class TwoJvmTest {
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
        try (Child server = start("MASTER", master, count, maxLength);
                Child client = start("SLAVE", slave, count, maxLength)) {
            check(server, count, maxLength);
            check(client, count, maxLength);
            client.terminate();
            assertEquals("", client.err().toString());
            assertEquals(0, server.awaitExit());
            assertEquals("", server.err().toString());
        }
    }

    private Child start(String role, String rxMode, int count, int maxLength) {
        String address = directory.resolve("s").toString();
        List<String> args =
                List.of(role, rxMode, address, Integer.toString(count), String.valueOf(maxLength));
        return Child.startJava(role, ExchangePeer.class, args);
    }

    private static void check(Child peer, int count, int maxLength) throws InterruptedException {
        var totals = peer.await(0, TOTALS);
        assertEquals(count, Integer.parseInt(totals.group(1)));
        assertEquals(count, Integer.parseInt(totals.group(2)));
        assertEquals(maxLength > 2048, Integer.parseInt(totals.group(3)) > 0);
    }
}
