package io.memif;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The README's example compiles as it stands, and does what it says. */
@Timeout(60)
class ReadmeExampleTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    @Test
    void echoesPackets(@TempDir Path dir) throws Exception {
        compile(dir);
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
            example.get(10, TimeUnit.SECONDS);
        }
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

    private static void compile(Path dir) throws Exception {
        String readme = Files.readString(Path.of("..", "README.md"));
        int from = readme.indexOf("```java\n") + "```java\n".length();
        Path source = dir.resolve("Echo.java");
        Files.writeString(source, readme.substring(from, readme.indexOf("```", from)));
        StringWriter errors = new StringWriter();
        var compiler = ToolProvider.getSystemJavaCompiler();
        var files = compiler.getStandardFileManager(null, null, null);
        boolean compiled =
                compiler.getTask(
                                errors,
                                files,
                                null,
                                List.of(
                                        "-d",
                                        dir.toString(),
                                        "-proc:none",
                                        "-classpath",
                                        System.getProperty("java.class.path")),
                                null,
                                files.getJavaFileObjects(source))
                        .call();
        assertTrue(compiled, errors.toString());
    }
}
