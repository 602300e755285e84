package io.memif.tests.hostile;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.RxMode;
import io.memif.internal.posix.DescriptorCalls;
import io.memif.tests.hostile.FakeSlave.Step;
import io.memif.unix.OwnedFd;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Our master: rings with every wrong index, offset, size, cookie and event. */
class MasterRingsTest extends MasterCase {
    /** Refused as soon as it is announced. */
    @ParameterizedTest
    @CsvSource({
        "true, 256, 0, 4, 'ring index out of range: S2M ring 256, at most 256 rings accepted'",
        "false, 256, 0, 4, 'ring index out of range: M2S ring 256, at most 256 rings accepted'",
        "true, 65535, 0, 4, 'ring index out of range: S2M ring 65535, at most 256 rings accepted'",
        "true, 0, 1, 4, 'ring misaligned: S2M ring 0 at offset 1, not a multiple of 4'",
        "false, 0, 0xfffffffe, 4, 'ring misaligned: M2S ring 0 at offset 4294967294, not a multiple of 4'",
        "true, 0, 0, 15, 'unsupported ring size: S2M ring 0 has log2 size 15; 0 to 14 are accepted'",
        "false, 0, 0, 16, 'unsupported ring size: M2S ring 0 has log2 size 16; 0 to 14 are accepted'",
        "true, 0, 0, 255, 'unsupported ring size: S2M ring 0 has log2 size 255; 0 to 14 are accepted'"
    })
    void announcementIsChecked(boolean s2m, int index, String offset, int log2, String reason)
            throws Exception {
        try (TestedInterface ours = TestedInterface.master(address());
                FakeSlave slave = connect().through(Step.REGION)) {
            long at = Long.decode(offset);
            slave.control.send(RawMessage.addRing(s2m, index, 0, at, log2), slave.s2mEvent);
            expectRefused(ours, slave, Step.REGION, reason);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 64, 65535})
    void privateHeadersAreRefused(int size) throws Exception {
        try (TestedInterface ours = TestedInterface.master(address());
                FakeSlave slave = connect().through(Step.REGION)) {
            slave.control.send(
                    RawMessage.addRing(true, 0, 0, 0, FakeSlave.LOG2).u16(13, size),
                    slave.s2mEvent);
            expectRefused(
                    ours,
                    slave,
                    Step.REGION,
                    "private headers not supported: S2M ring 0 asks for " + size + " bytes");
        }
    }

    /** Refused at CONNECT, when the whole is known. */
    @ParameterizedTest
    @CsvSource({
        "0, 5, 384, 4, ring in unknown region: M2S ring 0 in region 5",
        "0, 65535, 384, 4, ring in unknown region: M2S ring 0 in region 65535",
        "0, 0, 0, 4, 'rings overlap: S2M ring 0 and M2S ring 0 in region 0 with cache line 64'",
        "0, 0, 380, 4, 'rings overlap: S2M ring 0 and M2S ring 0 in region 0 with cache line 64'",
        "384, 0, 4, 4, 'rings overlap: M2S ring 0 and S2M ring 0 in region 0 with cache line 64'",
        "0, 0, 8956, 4, 'ring outside its region: M2S ring 0 ends at 9340 of 8960 in region 0'",
        "0, 0, 8580, 4, 'ring outside its region: M2S ring 0 ends at 8964 of 8960 in region 0'",
        "0, 0, 0xfffffffc, 14, 'ring outside its region: M2S ring 0 ends at 4295229564 of 8960 in region 0'"
    })
    void placesAreChecked(long s2mAt, int region, String m2sAt, int log2, String reason)
            throws Exception {
        try (TestedInterface ours = TestedInterface.master(address());
                FakeSlave slave = connect().through(Step.REGION)) {
            slave.acknowledged(
                    RawMessage.addRing(true, 0, 0, s2mAt, FakeSlave.LOG2), slave.s2mEvent);
            slave.acknowledged(
                    RawMessage.addRing(false, 0, region, Long.decode(m2sAt), log2), slave.m2sEvent);
            slave.control.send(RawMessage.connect("raw0"));
            expectRefused(ours, slave, Step.M2S, reason);
        }
    }

    @Test
    void missingRingIsNamed() throws Exception {
        try (TestedInterface ours =
                        TestedInterface.master(
                                address(), config -> config.s2mRings(3).m2sRings(1));
                FakeSlave slave = connect().through(Step.S2M)) {
            slave.acknowledged(RawMessage.addRing(true, 2, 0, 768, FakeSlave.LOG2), slave.s2mEvent);
            slave.make(Step.M2S);
            slave.control.send(RawMessage.connect("raw0"));
            expectRefused(ours, slave, Step.M2S, "ring missing: S2M ring 1, but there is ring 2");
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 0x203E31F1L, RawRing.COOKIE + 1, 0xffffffffL})
    void cookieIsChecked(long cookie) throws Exception {
        try (TestedInterface ours = TestedInterface.master(address());
                FakeSlave slave = connect().through(Step.M2S)) {
            slave.m2s.cookie(cookie);
            slave.control.send(RawMessage.connect("raw0"));
            expectMemoryRefused(ours, slave, "M2S ring 0: wrong cookie");
        }
    }

    /** The cookie has done its work at CONNECT; its later value does not matter. */
    @Test
    void cookieChangedLaterHarmsNobody() throws Exception {
        try (TestedInterface ours = TestedInterface.master(address());
                FakeSlave slave = connect().through(Step.CONNECT)) {
            ours.expectEvent("up raw slave raw0");
            slave.s2m.cookie(0);
            slave.m2s.cookie(0xffffffffL);
            expectTraffic(ours, slave);
            ours.expectQuiet();
        }
    }

    /** A ring of one slot is legal. */
    @Test
    void ringsOfOneSlot() throws Exception {
        try (TestedInterface ours = TestedInterface.master(address());
                FakeSlave slave = connect().through(Step.REGION)) {
            RawRing s2m = new RawRing(slave.region, 0, 0);
            RawRing m2s = new RawRing(slave.region, RawRing.bytes(0), 0);
            m2s.cookie(RawRing.COOKIE);
            slave.acknowledged(RawMessage.addRing(true, 0, 0, 0, 0), slave.s2mEvent);
            slave.acknowledged(
                    RawMessage.addRing(false, 0, 0, RawRing.bytes(0), 0), slave.m2sEvent);
            slave.make(Step.CONNECT);
            ours.expectEvent("up raw slave raw0");
            byte[] packet = new byte[100];
            for (int i = 0; i < 5; i++) {
                s2m.descriptor(0, 0, 0, 64, 1024);
                s2m.head(i + 1);
                assertEquals(1, ours.itf.rxQueue(0).poll((b, o, l, f) -> {}, 8));
                assertEquals(i + 1, s2m.tail());
                m2s.descriptor(0, 0, 0, 128, 2048);
                m2s.head(i + 1);
                packet[0] = (byte) i;
                assertEquals(1, ours.itf.txQueue(0).offer(packet, 0, packet.length));
                assertEquals(-1, ours.itf.txQueue(0).offer(packet, 0, packet.length));
                assertEquals(i + 1, m2s.tail());
                assertArrayEquals(packet, slave.region.bytes(2048, 100));
            }
        }
    }

    /** The highest address that a ring's 32-bit offset can name, in a region beyond 4 GiB. */
    @Test
    void ringAtTheEndOfItsOffsetsRange() throws Exception {
        long at = 0xfffffffcL;
        long size = 8L << 30;
        try (TestedInterface ours = TestedInterface.master(address());
                RawRegion huge = RawRegion.sealed(posix, size);
                FakeSlave slave = connect().through(Step.S2M)) {
            huge.u32(at, RawRing.COOKIE);
            slave.acknowledged(RawMessage.addRegion(1, size), huge.fd());
            slave.acknowledged(RawMessage.addRing(false, 0, 1, at, 14), slave.m2sEvent);
            slave.make(Step.CONNECT);
            ours.expectEvent("up raw slave raw0");
        }
    }

    /** Peers may share an eventfd that blocks; neither that nor a full counter may stop us. */
    @ParameterizedTest
    @CsvSource({"0, 0", "0, -2", "0x800, -2", "1, -2", "0x801, 0"})
    void eventfdOfAnyStateDoesNotStopUs(String flags, long counter) throws Exception {
        try (TestedInterface ours = TestedInterface.master(address());
                OwnedFd event = FakeSlave.eventFd(posix, Integer.decode(flags));
                FakeSlave slave = connect().through(Step.S2M)) {
            add(event, counter);
            slave.acknowledged(
                    RawMessage.addRing(false, 0, 0, FakeSlave.M2S_AT, FakeSlave.LOG2), event);
            slave.make(Step.CONNECT);
            ours.expectEvent("up raw slave raw0");
            slave.m2s.flags(0);
            for (int i = 0; i < 20; i++) {
                expectTraffic(ours, slave);
            }
            ours.expectQuiet();
        }
    }

    private void add(OwnedFd event, long counter) {
        ByteBuffer value = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder());
        int number = event.acquire();
        DescriptorCalls calls = posix.descriptors();
        assertEquals(8, calls.write(number, value.putLong(0, counter)));
        event.release();
    }

    @Test
    void receiverSleepsOnAFullEventfdWithoutHanging() throws Exception {
        try (TestedInterface ours =
                        TestedInterface.master(
                                address(), config -> config.rxMode(RxMode.INTERRUPT));
                OwnedFd event = FakeSlave.eventFd(posix, DescriptorCalls.EFD_SEMAPHORE);
                FakeSlave slave = connect().through(Step.REGION)) {
            add(event, -2);
            slave.acknowledged(RawMessage.addRing(true, 0, 0, 0, FakeSlave.LOG2), event);
            slave.make(Step.M2S);
            slave.make(Step.CONNECT);
            ours.expectEvent("up raw slave raw0");
            long start = System.nanoTime();
            assertEquals(false, ours.itf.rxQueue(0).await(TimeUnit.MILLISECONDS.toNanos(50)));
            assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(10));
            expectTraffic(ours, slave);
        }
    }
}
