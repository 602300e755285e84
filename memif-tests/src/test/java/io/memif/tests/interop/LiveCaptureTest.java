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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A numbered stream through one testpmd to another and back to us, as fast as the machine carries
 * it without a loss; captured from outside on the links of the first one, of which one carries it
 * from its slave and the other to its slave. What is in the file and what was missed are all that
 * the indexes passed, every packet in the file is whole, no packet is lost on its way with the
 * capture as without it, and the usual programs read the file. Some 12 s.
 */
@Tag("once")
@Needs({Need.TESTPMD, Need.CAPTURE_READERS})
@Timeout(180)
class LiveCaptureTest {
    private static final long WITHOUT_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long WITH_NS = TimeUnit.SECONDS.toNanos(6);
    private static final int WINDOW = 512;
    private static final int SHORTEST = 64;
    private static final int LONGEST = 200;
    private static final int FEW = 1000;

    @TempDir Path directory;

    private long sent;
    private long received;

    @Test
    void betweenTwoTestpmds() throws Exception {
        Path file = directory.resolve("packets.pcapng");
        try (OurSide in = new OurSide(address("a"), config(Role.SLAVE));
                OurSide out = new OurSide(address("c"), config(Role.MASTER));
                Testpmd first = testpmd("a", "b", "role=server");
                Testpmd second = testpmd("b", "c", "role=client")) {
            TxQueue tx = in.awaitUp().txQueue(0);
            RxQueue rx = out.awaitUp().rxQueue(0);
            second.awaitLinkUp(0);
            second.awaitLinkUp(1);
            first.command("start");
            second.command("start");
            stream(tx, rx, WITHOUT_NS);
            assertEquals(sent, received, "without the capture");
            long before = sent;
            try (ChildProcess capture = LiveTool.capture(first.pid(), file, "")) {
                stream(tx, rx, WITH_NS);
                capture.signal("TERM");
                assertEquals(0, capture.exitCode(), capture::toString);
            }
            assertEquals(sent, received, "with the capture");
            first.command("stop");
            second.command("stop");
            long packets = check(file, sent - before);
            othersRead(file, packets);
        }
    }

    private String address(String name) {
        return directory.resolve(name).toString();
    }

    private static InterfaceConfig.Builder config(Role role) {
        return InterfaceConfig.builder().role(role);
    }

    /** Its two ports have the same role. */
    private Testpmd testpmd(String one, String other, String role) throws InterruptedException {
        return Testpmd.memif(address(one), role)
                .device("net_memif1,socket=" + address(other) + ",socket-abstract=no," + role)
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

    /** How many packets there are in the file. */
    private long check(Path path, long sentMeanwhile) throws IOException {
        CapturedFile file =
                CapturedFile.read(
                        path,
                        (origin, data) -> {
                            long number = data.getLong(0);
                            assertTrue(number < sent, origin::toString);
                            NumberedPacket.check(data, 0, data.limit(), number, length(number));
                        });
        assertEquals(4, file.origins().size());
        List<String> busy = new ArrayList<>();
        for (CapturedFile.Origin each : file.origins()) {
            assertEquals(each.passed, each.packets + each.missed, each::toString);
            if (each.passed > 0) {
                busy.add(each.name.replaceAll(".*/", ""));
                assertTrue(each.packets > 0, each::toString);
                long wrong = sentMeanwhile - each.passed;
                assertTrue(wrong == 0 || each.atLeast && wrong > 0, each + " of " + sentMeanwhile);
            }
        }
        busy.sort(null);
        assertEquals(List.of("m2s0", "s2m0"), busy);
        return file.origins().stream().mapToLong(each -> each.packets).sum();
    }

    private static void othersRead(Path file, long packets) throws InterruptedException {
        ChildProcess tcpdump = ChildProcess.run(List.of("tcpdump", "--count", "-r", "" + file));
        assertEquals(0, tcpdump.exitCode(), tcpdump::toString);
        assertEquals(packets + " packets", tcpdump.out().trim(), tcpdump::toString);
        String words = "tshark -c " + FEW + " -T fields -e frame.len -e frame.interface_name -r ";
        ChildProcess tshark = ChildProcess.run(List.of((words + file).split(" ")));
        assertEquals(0, tshark.exitCode(), tshark::toString);
        Pattern line = Pattern.compile("(6[4-9]|[7-9]\\d|1\\d\\d)\t\\d+/(s2m|m2s)0");
        assertEquals(
                Math.min(FEW, packets),
                tshark.out().lines().filter(line.asMatchPredicate()).count(),
                tshark::toString);
    }
}
