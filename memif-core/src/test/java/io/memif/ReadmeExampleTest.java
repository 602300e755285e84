package io.memif;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.testing.PageCode;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The README's example compiles as it stands, and does what it says. */
@Timeout(60)
class ReadmeExampleTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    @Test
    void echoesPackets(@TempDir Path dir) throws Exception {
        PageCode.compile(Path.of("..", "README.md"), dir);
        String address = dir.resolve("echo.sock").toString();
        SocketConfig where = SocketConfig.builder().address(address).build();
        InterfaceConfig what = InterfaceConfig.builder().role(Role.MASTER).build();
        try (MemifSocket socket = MemifSocket.open(where);
                URLClassLoader classes = new URLClassLoader(new URL[] {dir.toUri().toURL()})) {
            MemifInterface master = socket.addInterface(what);
            FutureTask<Object> example =
                    new FutureTask<>(
                            () ->
                                    classes.loadClass("Echo")
                                            .getMethod("main", String[].class)
                                            .invoke(null, (Object) new String[] {address}));
            Thread thread = new Thread(example);
            thread.start();
            assertTrue(master.awaitConnected(SOON));
            byte[] packet = "there and back".getBytes();
            TxQueue tx = master.txQueue(0);
            // The slave posts the buffers that a master sends into only when it knows of the link.
            assertTrue(tx.awaitSpace(1, SOON.toNanos()));
            assertEquals(1, tx.offer(ByteBuffer.wrap(packet), 0, packet.length));
            tx.flush();
            assertArrayEquals(packet, receive(master.rxQueue(0)));
            thread.interrupt();
            ExecutionException end =
                    assertThrows(ExecutionException.class, () -> example.get(10, TimeUnit.SECONDS));
            assertInstanceOf(InterruptedException.class, end.getCause().getCause());
        }
    }

    @Test
    void coordinatesAreThoseOfTheBuild() throws Exception {
        String readme = Files.readString(Path.of("..", "README.md"));
        String pom = Files.readString(Path.of("pom.xml"));
        Pattern version = Pattern.compile("<version>([^<]+)</version>");
        Matcher built = version.matcher(pom);
        assertTrue(built.find());
        Matcher told = version.matcher(readme);
        assertTrue(told.find());
        assertEquals(built.group(1), told.group(1));
    }

    private static byte[] receive(RxQueue rx) {
        byte[][] got = new byte[1][];
        long end = System.nanoTime() + SOON.toNanos();
        while (got[0] == null && System.nanoTime() < end) {
            rx.poll(
                    (buffer, offset, length, flags) -> {
                        got[0] = new byte[length];
                        buffer.get(offset, got[0]);
                    },
                    1);
        }
        return got[0];
    }
}
