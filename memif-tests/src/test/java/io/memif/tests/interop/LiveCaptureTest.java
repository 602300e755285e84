package io.memif.tests.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.InterfaceConfig;
import io.memif.PacketAssembler;
import io.memif.Role;
import io.memif.RxQueue;
import io.memif.TxQueue;
import io.memif.testing.ChildProcess;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A numbered stream through a testpmd between two links, captured on both from outside, as fast as
 * the machine carries it: what is in the file and what was missed are all that the indexes passed,
 * every packet in the file is whole, and no packet is lost on its way. 12 s.
 */
@Tag("once")
@Needs(Need.TESTPMD)
@Timeout(180)
class LiveCaptureTest {
    private static final long RUN_NS = TimeUnit.SECONDS.toNanos(3);
    private static final int WINDOW = 512;
    private static final int SHORTEST = 64;
    private static final int LONGEST = 200;

    @TempDir Path directory;

    private long sent;
    private long received;

    @ParameterizedTest
    @EnumSource(Role.class)
    void betweenTwoEnds(Role ours) throws Exception {
        Path file = directory.resolve("packets.pcapng");
        try (OurSide in = new OurSide(address(0), config(ours));
                OurSide out = new OurSide(address(1), config(other(ours)));
                Testpmd testpmd = testpmd(ours)) {
            TxQueue tx = in.awaitUp().txQueue(0);
            RxQueue rx = out.awaitUp().rxQueue(0);
            testpmd.command("start");
            stream(tx, rx, RUN_NS / 4);
            long before = sent;
            try (ChildProcess capture = LiveTool.capture(testpmd.pid(), file, "")) {
                stream(tx, rx, RUN_NS);
                capture.signal("TERM");
                assertEquals(0, capture.exitCode(), capture::toString);
            }
            testpmd.command("stop");
            assertEquals(sent, received, "with and without the capture");
            check(file, sent - before, ours);
        }
    }

    private String address(int port) {
        return directory.resolve("s" + port).toString();
    }

    private static Role other(Role role) {
        return role == Role.SLAVE ? Role.MASTER : Role.SLAVE;
    }

    private static InterfaceConfig.Builder config(Role role) {
        return InterfaceConfig.builder().role(role);
    }

    /** Its first port has the other role, its second one ours. */
    private Testpmd testpmd(Role ours) throws InterruptedException {
        String first = ours == Role.SLAVE ? "role=server" : "role=client";
        String second = ours == Role.SLAVE ? "role=client" : "role=server";
        return Testpmd.memif(address(0), first)
                .device("net_memif1,socket=" + address(1) + ",socket-abstract=no," + second)
                .options("--forward-mode=io")
                .start();
    }

    /** No more on their way than every ring holds, so that nobody has a reason to drop. */
    private void stream(TxQueue tx, RxQueue rx, long durationNs) {
        PacketAssembler checks = new PacketAssembler(this::check, LONGEST);
        byte[] packet = new byte[LONGEST];
        long end = System.nanoTime() + durationNs;
        while (System.nanoTime() - end < 0) {
            while (sent - received < WINDOW && offer(tx, packet)) {
                sent++;
            }
            tx.flush();
            rx.poll(checks, WINDOW);
        }
        long patience = System.nanoTime() + Testpmd.SOON_NS;
        while (received < sent && System.nanoTime() - patience < 0) {
            rx.poll(checks, WINDOW);
        }
    }

    private boolean offer(TxQueue tx, byte[] packet) {
        int length = length(sent);
        NumberedPacket.write(packet, length, sent);
        return tx.offer(packet, 0, length) > 0;
    }

    private static int length(long sequence) {
        return SHORTEST + (int) (sequence % (LONGEST - SHORTEST));
    }

    private void check(ByteBuffer buffer, int offset, int length, int flags) {
        NumberedPacket.check(buffer, offset, length, received, length(received));
        received++;
    }

    private void check(Path path, long sentMeanwhile, Role ours) throws IOException {
        CapturedFile file =
                CapturedFile.read(
                        path,
                        (origin, data) -> {
                            long number = data.getLong(0);
                            assertTrue(number < sent, origin::toString);
                            NumberedPacket.check(data, 0, data.limit(), number, length(number));
                        });
        assertEquals(4, file.origins().size());
        long busy = 0;
        for (CapturedFile.Origin each : file.origins()) {
            assertEquals(each.passed, each.packets + each.missed, each::toString);
            if (each.passed > 0) {
                busy++;
                assertTrue(each.packets > 0, each::toString);
                assertTrue(
                        each.name.endsWith(ours == Role.SLAVE ? "s2m0" : "m2s0"), each::toString);
                long wrong = sentMeanwhile - each.passed;
                assertTrue(wrong == 0 || each.atLeast && wrong > 0, each + " of " + sentMeanwhile);
            }
        }
        assertEquals(2, busy, "a ring of each link");
    }
}
