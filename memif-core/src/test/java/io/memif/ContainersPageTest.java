package io.memif;

import static io.memif.testing.TestPackets.SOON;
import static io.memif.testing.TestPackets.pattern;
import static io.memif.testing.TestPackets.receive;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.memif.testing.Await;
import io.memif.testing.ChildProcess;
import io.memif.testing.PageCode;
import io.memif.testing.TestSockets;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the page on containers says compiles as it stands, and works. */
@Timeout(120)
class ContainersPageTest {
    private static final Path PAGE = Path.of("docs", "containers.md");

    @TempDir Path directory;

    private List<String> java(String main, String... arguments) throws Exception {
        PageCode.compile(PAGE, directory);
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ChildProcess.SMALL_JVM);
        command.add("--enable-native-access=ALL-UNNAMED");
        String path = System.getProperty("java.class.path");
        command.addAll(List.of("-cp", directory + File.pathSeparator + path, main));
        command.addAll(List.of(arguments));
        return command;
    }

    private static boolean isProgram(String name) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(each -> new File(each, name).canExecute());
    }

    private void echoes(String address) throws Exception {
        try (MemifSocket socket =
                MemifSocket.open(SocketConfig.builder().address(address).build())) {
            MemifInterface slave = socket.addInterface(InterfaceConfig.builder().build());
            assertTrue(slave.awaitConnected(Duration.ofNanos(SOON)), slave.details()::toText);
            byte[] packet = pattern(1, 100);
            TxQueue tx = slave.txQueue(0);
            assertEquals(1, tx.offer(packet, 0, packet.length));
            tx.flush();
            assertArrayEquals(packet, receive(slave.rxQueue(0)));
        }
    }

    @Test
    void aServiceIsActivatedByItsSocket() throws Exception {
        String program = "systemd-socket-activate";
        assumeTrue(isProgram(program), "needs " + program + ": apt-get install systemd");
        Path address = directory.resolve("s");
        List<String> command = new ArrayList<>(List.of(program, "--seqpacket"));
        command.add("--listen=" + address);
        command.addAll(java("Activated"));
        try (ChildProcess service = ChildProcess.command(program, command).withoutInput().start()) {
            Await.soon("the socket of " + service, () -> TestSockets.listens(address.toString()));
            echoes(address.toString());
        }
    }

    @Test
    void aSidecarHandsItsSocketOver() throws Exception {
        String address = directory.resolve("s").toString();
        String between = directory.resolve("between").toString();
        try (ChildProcess application =
                ChildProcess.command("application", java("Application", between))
                        .withoutInput()
                        .start()) {
            Await.soon(
                    "the application waits: " + application,
                    () -> TestSockets.listens(between) || !application.isAlive());
            ChildProcess sidecar = ChildProcess.run(java("Sidecar", address, between));
            assertEquals(0, sidecar.exitCode(), sidecar::toString);
            echoes(address);
        }
    }
}
