package io.memif.tests.matrix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.InterfaceDetails;
import io.memif.MemifInterface;
import io.memif.QueueDetails;
import io.memif.RegionDetails;
import io.memif.RingDetails;
import io.memif.Role;
import io.memif.RxMode;
import io.memif.testing.TestPackets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every way to set up a link between two peers of this library: both know what was agreed, and
 * bursts of packets of all lengths pass both ways on each queue, whole, in order and unchanged.
 */
@Tag("once")
@Timeout(120)
class JavaMatrixTest {
    /** Beyond this, one queue each way has all its slots used: each touches a page or more. */
    private static final int SMALL_RING = 1024;

    /** Bytes of a ring's buffers that the short form goes through. */
    private static final long SMALL_POOL = 256L << 20;

    private static final long SEED = Long.getLong("memif.seed", System.nanoTime());

    @TempDir Path directory;

    static Stream<Setup> setups() {
        System.out.println("JavaMatrixTest: -Dmemif.seed=" + SEED);
        Random random = new Random(SEED);
        List<Setup> setups = new ArrayList<>(Setup.corners());
        boolean all = Boolean.getBoolean("memif.long");
        setups.addAll(all ? Setup.all(random) : Setup.representatives(random));
        return setups.stream();
    }

    @ParameterizedTest
    @MethodSource("setups")
    void packetsPassBothWays(Setup setup) throws InterruptedException {
        try (LinkPair ends = connect(setup)) {
            checkAgreement(setup, ends);
            Traffic traffic = new Traffic(setup);
            traffic.oneWay(ends.slave, ends.master, setup.bufferSize());
            traffic.oneWay(ends.master, ends.slave, setup.bufferSize() - setup.headroomBytes());
            checkDetails(setup, ends);
        } catch (AssertionError e) {
            throw new AssertionError("-Dmemif.seed=" + SEED + " " + setup, e);
        }
    }

    private LinkPair connect(Setup setup) throws InterruptedException {
        String address =
                setup.transport() == Setup.Transport.ABSTRACT
                        ? "@memif-matrix-" + ProcessHandle.current().pid()
                        : directory.resolve("s").toString();
        boolean together = setup.transport() == Setup.Transport.LOOPBACK;
        return new LinkPair(address, together, setup.master(), setup.slave());
    }

    private static void checkAgreement(Setup setup, LinkPair ends) {
        int s2m = setup.s2mRings();
        int m2s = setup.m2sRings();
        int ring = setup.ringSize();
        String slavesName = setup.transport() == Setup.Transport.LOOPBACK ? "master's" : "slave's";
        assertEquals(
                List.of("master's", "MASTER", m2s, s2m, ring, setup.bufferSize()),
                TestPackets.agreed(ends.slave.linkInfo()));
        assertEquals(
                List.of(slavesName, "SLAVE", setup.served(s2m), setup.served(m2s), ring, 0),
                TestPackets.agreed(ends.master.linkInfo()));
        assertEquals(setup.slave().build().role(), Role.SLAVE);
    }

    /** Sends on all queues of one direction. */
    private record Traffic(Setup setup, Sender sender, Receiver receiver, Random random) {
        Traffic(Setup setup) {
            this(setup, new Sender(), new Receiver(), new Random(SEED));
        }

        void oneWay(MemifInterface from, MemifInterface to, int capacity)
                throws InterruptedException {
            int ring = setup.ringSize();
            for (int i = 0; i < from.linkInfo().txQueues(); i++) {
                Flow flow =
                        new Flow(
                                sender,
                                receiver,
                                random,
                                from.txQueue(i),
                                to.rxQueue(i % to.rxQueueCount()),
                                ring,
                                capacity);
                flow.run();
                long pool = (long) ring * setup.bufferSize();
                boolean all = Boolean.getBoolean("memif.long") || pool <= SMALL_POOL;
                if (all && (ring <= SMALL_RING || i == 0)) {
                    flow.runWholeRing();
                }
                flow.refuseTooLong();
                flow.checkCounters();
            }
        }
    }

    /** After all is received both describe the same memory and rings at rest. */
    private static void checkDetails(Setup setup, LinkPair ends) {
        InterfaceDetails master = ends.master.details();
        InterfaceDetails slave = ends.slave.details();
        assertEquals(slave.link().regions(), master.link().regions());
        assertTrue(master.link().regions().stream().allMatch(RegionDetails::sealed));
        assertEquals(rings(slave.txQueues()), rings(master.rxQueues()));
        List<RingDetails> served = rings(master.txQueues());
        assertEquals(rings(slave.rxQueues()).subList(0, served.size()), served);
        for (RingDetails ring : rings(master.rxQueues())) {
            assertEquals(setup.ringSize(), ring.size());
            assertEquals(0, ring.distance());
        }
        for (RingDetails ring : rings(master.txQueues())) {
            assertEquals(setup.ringSize(), ring.size());
            assertEquals(setup.ringSize(), ring.distance());
        }
        checkModes(setup.masterRx(), master.rxQueues());
        checkModes(setup.slaveRx(), slave.rxQueues());
    }

    private static void checkModes(RxMode mode, List<QueueDetails> queues) {
        queues.forEach(queue -> assertEquals(mode, queue.rxMode()));
    }

    /** Rings of the link by index; queues beyond them have none. */
    private static List<RingDetails> rings(List<QueueDetails> queues) {
        return queues.stream()
                .flatMap(queue -> queue.rings().stream())
                .sorted(Comparator.comparingInt(RingDetails::index))
                .toList();
    }
}
