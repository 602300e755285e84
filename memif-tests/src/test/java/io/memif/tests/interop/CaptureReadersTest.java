package io.memif.tests.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.memif.InterfaceConfig;
import io.memif.PacketAssembler;
import io.memif.Role;
import io.memif.RxQueue;
import io.memif.examples.Memif;
import io.memif.testing.ChildProcess;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A capture from outside goes through a pipe to a program that filters it. 4 s. */
@Tag("once")
@Needs({Need.TESTPMD, Need.CAPTURE_READERS})
@Timeout(120)
class CaptureReadersTest {
    private static final long MILLISECOND_NS = 1_000_000;
    private static final int MAX_PACKET = 65_536;

    @TempDir Path directory;

    @Test
    void throughAPipe() throws Exception {
        String address = directory + "/s";
        try (OurSide us = new OurSide(address, InterfaceConfig.builder().role(Role.SLAVE));
                Testpmd testpmd =
                        Testpmd.memif(address, "role=server")
                                .options("--forward-mode=txonly")
                                .start()) {
            RxQueue rx = us.awaitUp().rxQueue(0);
            testpmd.command("start");
            tcpdump(testpmd, rx);
        }
    }

    private void tcpdump(Testpmd testpmd, RxQueue rx) throws InterruptedException {
        try (ChildProcess pipe = pipe(testpmd.pid())) {
            poll(rx, pipe);
            assertEquals(
                    100,
                    pipe.out().lines().filter(line -> line.contains(".9: UDP")).count(),
                    pipe::toString);
        }
    }

    private static ChildProcess pipe(int pid) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String line =
                String.join(
                        " ",
                        java,
                        "--enable-native-access=ALL-UNNAMED -XX:+UseSerialGC -cp",
                        "'" + System.getProperty("java.class.path") + "'",
                        Memif.class.getName(),
                        "capture --pid " + pid + " -c 100 -w -",
                        "| tcpdump -n -r - udp port 9");
        return ChildProcess.command("pipe", List.of("bash", "-o", "pipefail", "-c", line))
                .withoutInput()
                .start();
    }

    /** Takes packets, so that testpmd goes on sending, until the program has what it wants. */
    private static void poll(RxQueue rx, ChildProcess until) throws InterruptedException {
        PacketAssembler sink =
                new PacketAssembler((buffer, offset, length, flags) -> {}, MAX_PACKET);
        while (until.isAlive()) {
            rx.poll(sink, 64);
            rx.await(MILLISECOND_NS);
        }
        assertEquals(0, until.exitCode(), until::toString);
    }
}
