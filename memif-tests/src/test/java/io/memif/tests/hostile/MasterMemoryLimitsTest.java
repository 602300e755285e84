package io.memif.tests.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.memif.MemoryDetails;
import io.memif.SocketConfig;
import io.memif.internal.memory.Mappings;
import io.memif.internal.posix.FileCalls;
import io.memif.testing.Await;
import io.memif.tests.hostile.FakeSlave.Step;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Slaves that bring more memory than they may, and sparse memory that we would have to pay for. */
class MasterMemoryLimitsTest extends MasterCase {
    private static final long GIB = 1L << 30;
    private static final int REGIONS = 254;

    /** Mapped, this would be a thousand windows; 64 such links ended the JVM. */
    @Test
    void hundredsOfLargeRegionsOverOneSparseFile() throws Exception {
        expectRefused(
                config -> {},
                REGIONS,
                5 * GIB,
                "a link that takes 1017 mappings; the limit is 512 (maxLinkMappings)");
    }

    /** Reads of one byte here and there would allocate all of it on our account. */
    @Test
    void sparseRegion() throws Exception {
        expectRefused(
                config -> config.maxPeerMemory(64 << 20),
                1,
                GIB / 2,
                "regions on ordinary pages of "
                        + (GIB / 2 + FakeSlave.SIZE)
                        + " bytes, in addition to 0 of other links; the limit is 67108864 together"
                        + " (maxPeerMemory)");
    }

    private void expectRefused(
            Consumer<SocketConfig.Builder> settings, int regions, long size, String reason)
            throws Exception {
        try (TestedInterface ours = TestedInterface.master(address(), settings, config -> {});
                RawRegion sparse = RawRegion.create(posix, size, FileCalls.F_SEAL_SHRINK)) {
            ours.watch().noHonestPairs();
            MemoryDetails before = ours.socket.details().memory();
            long collections = collections();
            try (FakeSlave slave = connect().through(Step.REGION)) {
                for (int index = 1; index <= regions; index++) {
                    slave.acknowledged(RawMessage.addRegion(index, size), sparse.fd());
                }
                slave.make(Step.S2M);
                slave.make(Step.M2S);
                slave.control.send(RawMessage.connect("raw0"));
                expectMemoryRefused(ours, slave, reason);
            }
            assertEquals(collections, collections(), "collections");
            Await.soon(
                    "the memory of all links comes back",
                    () -> ours.socket.details().memory().mappings() == before.mappings());
            MemoryDetails after = ours.socket.details().memory();
            assertEquals(before.mappings(), after.mappings());
            assertEquals(before.mappedBytes(), after.mappedBytes());
            assertEquals(before.peerMemory(), after.peerMemory());
            ours.watch().expectUnhindered();
        }
        assertEquals(0, Mappings.OF_PROCESS.peerMemory());
    }

    /** Those that somebody has asked for. */
    private static long collections() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .filter(each -> each.getName().contains("Old"))
                .mapToLong(GarbageCollectorMXBean::getCollectionCount)
                .sum();
    }
}
