package io.memif.tests.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.MemifInterface;
import io.memif.QueueCounters;
import io.memif.QueueCounters.Counter;
import io.memif.RxQueue;
import io.memif.testing.TestPackets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every way to set up a link with testpmd: on each queue pair it returns what we send, whole, in
 * order and unchanged. By default it runs enough of them to try every two settings together; with
 * {@code -Dmemif.long=true} it runs all, which takes about half an hour.
 */
@Tag("once")
@Needs(Need.TESTPMD)
@Timeout(120)
class TestpmdSetupTest {
    private static final int PACKETS = 300;
    private static final int LONGEST = 9000;
    private static final int BURST = 64;

    @TempDir Path directory;

    static List<TestpmdSetup> setups() {
        return Boolean.getBoolean("memif.long")
                ? TestpmdSetup.all()
                : TestpmdSetup.representatives();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("setups")
    void packetsPassBothWays(TestpmdSetup setup) throws InterruptedException {
        String address = setup.address(directory);
        if (setup.peer() == TestpmdSetup.Peer.SERVER) {
            try (Testpmd server = setup.testpmd(directory).start();
                    OurSide us = new OurSide(address, setup.ourConfig())) {
                exchange(setup, server, us.awaitUp());
            }
        } else {
            try (OurSide us = new OurSide(address, setup.ourConfig());
                    Testpmd client = setup.testpmd(directory).start()) {
                exchange(setup, client, us.awaitUp(client));
            }
        }
    }

    private static void exchange(TestpmdSetup setup, Testpmd testpmd, MemifInterface itf)
            throws InterruptedException {
        boolean slave = setup.peer() == TestpmdSetup.Peer.SERVER;
        int queues = setup.queues();
        assertEquals(
                List.of(
                        "DPDK " + version(itf),
                        "net_memif0",
                        queues,
                        queues,
                        setup.ringSize(),
                        slave ? setup.bufferSize() : 0),
                TestPackets.agreed(itf.linkInfo()));
        if (!setup.canReceive()) {
            receive(testpmd, itf);
            return;
        }
        testpmd.command("start");
        int longest = setup.longest(LONGEST);
        for (int i = 0; i < queues; i++) {
            new Echo(itf, i, setup.ringSize(), setup.bufferSize(), longest).run(PACKETS);
            boolean chained = longest > setup.bufferSize();
            assertEquals(chained, hasChains(itf.txQueue(i).counters()), "chains to testpmd");
            assertEquals(chained, hasChains(itf.rxQueue(i).counters()), "chains from testpmd");
        }
    }

    private static boolean hasChains(QueueCounters counters) {
        assertEquals(PACKETS, counters.get(Counter.PACKETS));
        assertEquals(0, counters.get(Counter.BAD_DESCRIPTORS));
        return counters.get(Counter.BUFFERS) > PACKETS;
    }

    private static String version(MemifInterface itf) {
        return itf.linkInfo().peerApplicationName().replaceFirst("DPDK ", "");
    }

    /** What testpmd begins with, when it cannot be sent anything. */
    private static void receive(Testpmd testpmd, MemifInterface itf) throws InterruptedException {
        testpmd.command("start tx_first 1");
        long[] packets = new long[1];
        for (int i = 0; i < itf.rxQueueCount(); i++) {
            RxQueue rx = itf.rxQueue(i);
            assertTrue(rx.await(Testpmd.SOON_NS), "queue " + i);
            while (rx.poll((buffer, at, length, flags) -> packets[0]++, BURST) > 0) {
                continue;
            }
        }
        testpmd.command("stop");
        assertEquals(testpmd.statistics().txPackets(), packets[0]);
    }
}
