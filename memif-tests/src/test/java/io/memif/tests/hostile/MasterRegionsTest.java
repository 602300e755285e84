package io.memif.tests.hostile;

import io.memif.SealPolicy;
import io.memif.internal.posix.FileCalls;
import io.memif.tests.hostile.FakeSlave.Step;
import io.memif.unix.OwnedFd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Our master: regions of every wrong size, index, kind and seal. */
class MasterRegionsTest extends MasterCase {
    private static final String MAX = Long.toString(Long.MAX_VALUE);

    @ParameterizedTest
    @CsvSource({
        "256, 8000, 'region index out of range: 256, at most 255'",
        "65535, 8000, 'region index out of range: 65535, at most 255'",
        "0, 0, empty region: region 0 has size 0",
        "255, 0, empty region: region 255 has size 0"
    })
    void indexAndSizeAreChecked(int index, long size, String reason) throws Exception {
        try (TestedInterface ours = TestedInterface.master(address());
                FakeSlave slave = connect().through(Step.INIT)) {
            slave.control.send(RawMessage.addRegion(index, size), slave.region.fd());
            expectRefused(ours, slave, Step.INIT, reason);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1})
    void sizesFrom2To63OnAreTooLarge(long size) throws Exception {
        try (TestedInterface ours = TestedInterface.master(address());
                FakeSlave slave = connect().through(Step.INIT)) {
            slave.control.send(RawMessage.addRegion(0, size), slave.region.fd());
            String text = Long.toUnsignedString(size);
            expectRefused(
                    ours,
                    slave,
                    Step.INIT,
                    "region too large: region 0 has " + text + " bytes, at most " + MAX);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {FakeSlave.SIZE + 1, 1L << 32, 1L << 62, Long.MAX_VALUE})
    void fileHasToHoldWhatIsAnnounced(long size) throws Exception {
        try (TestedInterface ours = TestedInterface.master(address());
                FakeSlave slave = connect().through(Step.INIT)) {
            slave.control.send(RawMessage.addRegion(0, size), slave.region.fd());
            expectMemoryRefused(
                    ours,
                    slave,
                    "region 0: size " + size + " announced, but its file has " + FakeSlave.SIZE);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 383, FakeSlave.M2S_AT, 2 * FakeSlave.M2S_AT - 1})
    void ringsHaveToFit(long size) throws Exception {
        try (TestedInterface ours = TestedInterface.master(address());
                FakeSlave slave = connect().through(Step.INIT)) {
            slave.acknowledged(RawMessage.addRegion(0, size), slave.region.fd());
            slave.make(Step.S2M);
            slave.make(Step.M2S);
            slave.control.send(RawMessage.connect("raw0"));
            boolean first = size < FakeSlave.M2S_AT;
            String ring = first ? "S2M ring 0 ends at 384" : "M2S ring 0 ends at 768";
            expectRefused(
                    ours,
                    slave,
                    Step.M2S,
                    "ring outside its region: " + ring + " of " + size + " in region 0");
        }
    }

    /** Legal, though no known slave does it: any order, gaps, and one file for two regions. */
    @Test
    void anyOrderAndTheSameFileTwice() throws Exception {
        try (TestedInterface ours = TestedInterface.master(address());
                FakeSlave slave = connect().through(Step.INIT)) {
            slave.acknowledged(RawMessage.addRegion(255, FakeSlave.SIZE), slave.region.fd());
            slave.acknowledged(RawMessage.addRegion(3, 1), slave.region.fd());
            slave.acknowledged(RawMessage.addRegion(0, FakeSlave.SIZE), slave.region.fd());
            slave.acknowledged(RawMessage.addRing(true, 0, 255, 0, FakeSlave.LOG2), slave.s2mEvent);
            slave.make(Step.M2S);
            slave.make(Step.CONNECT);
            ours.expectEvent("up raw slave raw0");
            expectTraffic(ours, slave);
            ours.expectQuiet();
        }
    }

    @Test
    void all256RegionsAreTakenAndReleased() throws Exception {
        try (TestedInterface ours = TestedInterface.master(address());
                FakeSlave slave = connect().through(Step.INIT)) {
            for (int index = 255; index >= 0; index--) {
                slave.acknowledged(RawMessage.addRegion(index, FakeSlave.SIZE), slave.region.fd());
            }
            slave.make(Step.S2M);
            slave.make(Step.M2S);
            slave.make(Step.CONNECT);
            ours.expectEvent("up raw slave raw0");
            expectTraffic(ours, slave);
            slave.control.send(RawMessage.disconnect(0, "enough"));
            ours.expectEvent("down: peer disconnected: enough");
            slave.control.expectEnd();
            expectHealthy(ours);
        }
    }

    /** Descriptors that are no memory at all, for each role a descriptor plays. */
    @ParameterizedTest
    @EnumSource(WrongDescriptor.class)
    void regionHasToBeMemory(WrongDescriptor kind) throws Exception {
        try (TestedInterface ours = TestedInterface.master(address());
                FakeSlave slave = connect().through(Step.INIT);
                OwnedFd wrong = kind.open(posix)) {
            slave.control.send(RawMessage.addRegion(0, FakeSlave.SIZE), wrong);
            expectMemoryRefused(ours, slave, kind.asRegion());
        }
    }

    @ParameterizedTest
    @EnumSource(WrongDescriptor.class)
    void ringHasToComeWithAnEventfd(WrongDescriptor kind) throws Exception {
        if (kind == WrongDescriptor.EVENTFD) {
            return;
        }
        try (TestedInterface ours = TestedInterface.master(address());
                FakeSlave slave = connect().through(Step.S2M);
                OwnedFd wrong = kind.open(posix)) {
            slave.control.send(
                    RawMessage.addRing(false, 0, 0, FakeSlave.M2S_AT, FakeSlave.LOG2), wrong);
            expectMemoryRefused(ours, slave, "M2S ring 0: its descriptor is not an eventfd");
        }
    }

    @Test
    void memoryFileIsNoEventfd() throws Exception {
        try (TestedInterface ours = TestedInterface.master(address());
                FakeSlave slave = connect().through(Step.REGION)) {
            slave.control.send(
                    RawMessage.addRing(true, 0, 0, 0, FakeSlave.LOG2), slave.region.fd());
            expectMemoryRefused(ours, slave, "S2M ring 0: its descriptor is not an eventfd");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "STRICT, false, INIT, region 0 is not sealed against shrinking (policy STRICT)",
        "STRICT, true, ,",
        "SEALED_RINGS, false, M2S, region 0 holds rings and is not sealed against shrinking",
        "SEALED_RINGS, true, ,",
        "TRUST_PEER, false, ,"
    })
    void sealsAreDemandedAsThePolicySays(
            SealPolicy policy, boolean sealed, Step refusedAfter, String reason) throws Exception {
        int seals = sealed ? FileCalls.F_SEAL_SHRINK : 0;
        try (TestedInterface ours =
                        TestedInterface.master(address(), config -> config.sealPolicy(policy));
                RawRegion region = RawRegion.create(posix, FakeSlave.SIZE, seals);
                FakeSlave slave = connect().through(Step.INIT)) {
            region.u32(0, RawRing.COOKIE);
            region.u32(FakeSlave.M2S_AT, RawRing.COOKIE);
            RawMessage announce = RawMessage.addRegion(0, FakeSlave.SIZE);
            if (refusedAfter == Step.INIT) {
                slave.control.send(announce, region.fd());
                expectMemoryRefused(ours, slave, reason);
                return;
            }
            slave.acknowledged(announce, region.fd());
            slave.make(Step.S2M);
            slave.make(Step.M2S);
            slave.control.send(RawMessage.connect("raw0"));
            if (refusedAfter == Step.M2S) {
                expectMemoryRefused(ours, slave, reason);
            } else {
                slave.control.expect(RawMessage.CONNECTED);
                ours.expectEvent("up raw slave raw0");
            }
        }
    }

    /** A file that cannot be mapped for writing is refused, not half used. */
    @Test
    void writeSealedRegionIsRefused() throws Exception {
        try (TestedInterface ours = TestedInterface.master(address());
                FakeSlave slave = connect().through(Step.M2S)) {
            slave.control.send(RawMessage.addRegion(9, FakeSlave.SIZE), writeSealed());
            slave.control.expect(RawMessage.ACK);
            slave.control.send(RawMessage.connect("raw0"));
            expectMemoryRefused(
                    ours,
                    slave,
                    "cannot map 12288 bytes of region 9: Operation not permitted (EPERM): its"
                            + " descriptor is not open for reading and writing, or is sealed");
        } finally {
            writeSealed.close();
        }
    }

    private OwnedFd writeSealed;

    private OwnedFd writeSealed() {
        int flags = FileCalls.MFD_CLOEXEC | FileCalls.MFD_ALLOW_SEALING;
        int raw = posix.files().memfdCreate("write-sealed", flags);
        writeSealed = OwnedFd.adopt(posix, raw, "write-sealed region");
        posix.files().ftruncate(raw, FakeSlave.SIZE);
        posix.files().addSeals(raw, FileCalls.F_SEAL_SHRINK | FileCalls.F_SEAL_WRITE);
        return writeSealed;
    }
}
