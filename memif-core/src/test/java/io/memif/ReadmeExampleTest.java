package io.memif;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The README's example compiles, and is the one in the README. */
@Timeout(60)
class ReadmeExampleTest {
    /** Not run: nobody listens there. */
    static void example(BooleanSupplier running, IntConsumer idle) throws Exception {
        // README
        SocketConfig where = SocketConfig.builder().address("/run/vpp/memif.sock").build();
        InterfaceConfig what = InterfaceConfig.builder().role(Role.SLAVE).id(0).build();
        try (MemifSocket socket = MemifSocket.open(where);
                MemifInterface itf = socket.addInterface(what)) {
            itf.awaitConnected(TimeUnit.SECONDS.toNanos(10));
            RxQueue rx = itf.rxQueue(0);
            TxQueue tx = itf.txQueue(0);
            PacketHandler echo =
                    (buffer, offset, length, flags) -> tx.offer(buffer, offset, length);
            while (running.getAsBoolean()) {
                idle.accept(rx.poll(echo, 64) + tx.flush());
            }
        }
        // end
    }

    @Test
    void isTheOneInTheReadme() throws Exception {
        String source = Files.readString(Path.of("src/test/java/io/memif/ReadmeExampleTest.java"));
        String readme = Files.readString(Path.of("..", "README.md"));
        assertEquals(
                between(source, "// README\n", "        // end").stripTrailing().stripIndent(),
                between(readme, "```java\n", "```").strip());
    }

    private static String between(String text, String start, String end) {
        int from = text.indexOf(start) + start.length();
        return text.substring(from, text.indexOf(end, from));
    }
}
