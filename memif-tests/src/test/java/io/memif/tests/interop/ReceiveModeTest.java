package io.memif.tests.interop;

import io.memif.InterfaceConfig;
import io.memif.MemifInterface;
import io.memif.QueueCounters.Counter;
import io.memif.Role;
import io.memif.RxMode;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * One packet under way at a time between each of our receive modes and testpmd, which always polls.
 * It publishes and looks at the interrupt mask without a fence between, so that our timed look at
 * the ring stays on; how often that was needed is reported.
 */
@Needs(Need.TESTPMD)
@Timeout(120)
@Tag("once")
class ReceiveModeTest {
    private static final int ROUNDS = Boolean.getBoolean("memif.long") ? 1_000_000 : 2000;

    @TempDir Path directory;

    @ParameterizedTest(name = "as {0}, {1}")
    @CsvSource({
        "SLAVE, POLLING",
        "SLAVE, INTERRUPT",
        "SLAVE, ADAPTIVE",
        "MASTER, POLLING",
        "MASTER, INTERRUPT",
        "MASTER, ADAPTIVE"
    })
    void everyPacketIsNoticed(Role role, RxMode mode) throws InterruptedException {
        String address = directory.resolve("s").toString();
        InterfaceConfig.Builder config = InterfaceConfig.builder().role(role).rxMode(mode);
        if (role == Role.SLAVE) {
            Testpmd.Builder server = Testpmd.memif(address, "role=server");
            try (Testpmd testpmd = server.options("--forward-mode=io").start();
                    OurSide us = new OurSide(address, config)) {
                exchange(testpmd, us.awaitUp());
            }
        } else {
            Testpmd.Builder client = Testpmd.memif(address, "role=client");
            try (OurSide us = new OurSide(address, config);
                    Testpmd testpmd = client.options("--forward-mode=io").start()) {
                exchange(testpmd, us.awaitUp());
            }
        }
    }

    private static void exchange(Testpmd testpmd, MemifInterface itf) throws InterruptedException {
        testpmd.command("start");
        Echo echo = new Echo(itf, 0, 2, 2048, 200);
        echo.run(ROUNDS / 2);
        // The others while connected, and back.
        RxMode first = itf.rxQueue(0).rxMode();
        for (RxMode mode : RxMode.values()) {
            itf.rxQueue(0).rxMode(mode);
            echo.run(ROUNDS / 10);
        }
        itf.rxQueue(0).rxMode(first);
        echo.run(ROUNDS / 2);
        var counters = itf.rxQueue(0).counters();
        System.out.println(
                itf.config()
                        + " "
                        + first
                        + ": wake-ups "
                        + counters.get(Counter.WAKEUPS)
                        + ", rescues "
                        + counters.get(Counter.RESCUES));
    }
}
