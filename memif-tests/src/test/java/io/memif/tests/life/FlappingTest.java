package io.memif.tests.life;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.InterfaceConfig;
import io.memif.MemifInterface;
import io.memif.MemifSocket;
import io.memif.Role;
import io.memif.SocketConfig;
import io.memif.internal.posix.Posix;
import io.memif.testing.TestPackets;
import io.memif.tests.hostile.FakeSlave;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * An interface whose peer connects and dies ten times a second, and a link on the same socket at
 * full rate: apart from what the processor time of all that costs it, the link loses less than a
 * twentieth of its rate.
 *
 * <p>In every build it takes some 11 seconds, and the upper quarter of the rounds counts: what
 * costs the link something does so in each round, and what else the machine does costs it something
 * in some rounds only. With {@code -Dmemif.long=true} it takes two minutes, and the typical round
 * counts.
 */
@Tag("once")
@Timeout(300)
class FlappingTest {
    private static final int ID = 9;
    private static final int DEATHS_A_WINDOW = 5;
    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long WINDOW_NS = DEATHS_A_WINDOW * PAUSE_NS;
    private static final int ROUNDS = Effort.of(9, 121);
    private static final double KEPT = 0.95;

    @TempDir Path directory;

    private final Posix posix = Posix.open();
    private String address;

    @Test
    void anotherLinkKeepsItsRate() throws Exception {
        address = directory.resolve("s").toString();
        SocketConfig config =
                SocketConfig.builder().address(address).errorHandler(error -> {}).build();
        try (MemifSocket socket = MemifSocket.open(config)) {
            InterfaceConfig.Builder masters = InterfaceConfig.builder().role(Role.MASTER);
            MemifInterface master = socket.addInterface(masters.build());
            MemifInterface flapping = socket.addInterface(masters.id(ID).build());
            MemifInterface slave = socket.addInterface(InterfaceConfig.builder().build());
            TestPackets.connect(master, slave);
            HeldResources before = HeldResources.now();
            try (LoopTraffic traffic = new LoopTraffic(slave, master)) {
                // Until all of it is compiled.
                flapped(traffic);
                flapped(traffic);
                compare(traffic);
            }
            before.awaitBack("after all deaths");
            assertEquals(1, slave.details().links(), "still the same link");
            assertEquals((ROUNDS + 2L) * DEATHS_A_WINDOW, flapping.details().links());
        }
    }

    private void compare(LoopTraffic traffic) throws Exception {
        double[] kept = new double[ROUNDS];
        double processors = 0;
        for (int i = 0; i < ROUNDS; i++) {
            EqualLoad round = EqualLoad.compare(traffic, WINDOW_NS, () -> flapped(traffic));
            kept[i] = round.kept();
            processors += round.processors() / ROUNDS;
        }
        Arrays.sort(kept);
        double typical = kept[ROUNDS / 2];
        double upper = kept[ROUNDS * 3 / 4];
        String found =
                String.format(
                        "kept %.3f to %.3f, typically %.3f, upper quarter from %.3f; the coming and"
                                + " going took %.3f processors",
                        kept[0], kept[ROUNDS - 1], typical, upper, processors);
        System.out.println("FlappingTest: " + found);
        assertTrue((Boolean.getBoolean("memif.long") ? typical : upper) > KEPT, found);
    }

    private LoopTraffic.Rate flapped(LoopTraffic traffic) throws Exception {
        return traffic.rateDuring(
                () -> {
                    long next = System.nanoTime();
                    for (int i = 0; i < DEATHS_A_WINDOW; i++) {
                        comeAndDie();
                        next += PAUSE_NS;
                        TimeUnit.NANOSECONDS.sleep(Math.max(0, next - System.nanoTime()));
                    }
                });
    }

    private void comeAndDie() {
        try (FakeSlave peer = new FakeSlave(posix, address, ID)) {
            peer.through(FakeSlave.Step.CONNECT);
        }
    }
}
