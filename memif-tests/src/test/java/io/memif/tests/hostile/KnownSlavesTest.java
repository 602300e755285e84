package io.memif.tests.hostile;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.PacketHandler;
import io.memif.QueueCounters.Counter;
import io.memif.RxMode;
import io.memif.RxQueue;
import io.memif.TxQueue;
import io.memif.unix.OwnedFd;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Our master with one queue each way, and every known slave as it behaves. */
class KnownSlavesTest extends MasterCase {
    private static final int LOG2 = FakeSlave.LOG2;
    private static final int SLOTS = FakeSlave.SLOTS;
    private static final int BUFFER = FakeSlave.BUFFER;
    private static final int SECRET = 9;

    /** How a slave goes. */
    private enum End {
        CLOSE,
        DISCONNECT_AND_CLOSE,
        DISCONNECT_AND_STAY
    }

    /**
     * A slave.
     *
     * @param buffersApart whether the buffers lie in a region of their own
     * @param garbage whether it leaves what it does not set as its memory was
     * @param resets whether it stores 0 to its indexes when CONNECTED comes
     * @param s2mFlags what it starts the flags of S2M rings with
     */
    private record Known(
            String name,
            boolean buffersApart,
            boolean garbage,
            boolean resets,
            int s2mFlags,
            End end) {
        /** Rings in one direction that it makes of an offer and of what it was set to. */
        int rings(RawMessage hello, boolean s2m, int configured) {
            int offered = hello.u16(s2m ? 42 : 40);
            if (name.equals("gomemif")) {
                // One count for both, from the index of M2S rings, without adding 1.
                return Math.min(hello.u16(40), configured);
            }
            return Math.min(offered + 1, configured);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static final List<Known> SLAVES =
            List.of(
                    new Known("VPP copy", false, false, false, 0, End.DISCONNECT_AND_CLOSE),
                    new Known("VPP zero-copy", true, false, false, 0, End.DISCONNECT_AND_CLOSE),
                    new Known("libmemif, node-memif", true, true, true, 0, End.CLOSE),
                    new Known("DPDK copy", false, false, true, 0, End.CLOSE),
                    new Known("DPDK zero-copy", true, false, true, 0, End.CLOSE),
                    new Known("gomemif", false, true, false, 1, End.DISCONNECT_AND_STAY));

    static List<Arguments> cases() {
        List<Arguments> cases = new ArrayList<>();
        for (Known slave : SLAVES) {
            for (int queues : new int[] {1, 2, 4, 255}) {
                cases.add(Arguments.of(slave, queues));
            }
        }
        return cases;
    }

    /** What such a slave makes: rings without gaps, S2M first, then the buffers of all slots. */
    private final class Played implements AutoCloseable {
        private final Known known;
        private final int s2m;
        private final int m2s;
        private final RawConnection control = RawConnection.connect(posix, address());
        private final List<OwnedFd> events = new ArrayList<>();
        private final long length;
        private final RawRegion regionOfRings;
        private final RawRegion regionOfBuffers;
        private final Random random = new Random(1);

        Played(Known known, int queues) {
            this.known = known;
            RawMessage hello = control.expect(RawMessage.HELLO);
            s2m = known.rings(hello, true, queues);
            m2s = known.rings(hello, false, queues);
            length = buffersAt() + (long) (s2m + m2s) * SLOTS * BUFFER;
            regionOfRings = RawRegion.sealed(posix, length);
            regionOfBuffers = known.buffersApart ? RawRegion.sealed(posix, length) : regionOfRings;
        }

        private long buffersAt() {
            return (long) (s2m + m2s) * RawRing.bytes(LOG2);
        }

        RawRing ring(int number) {
            return new RawRing(regionOfRings, (long) number * RawRing.bytes(LOG2), LOG2);
        }

        void connect() {
            acknowledged(RawMessage.init(TestedInterface.ID), 65);
            acknowledged(RawMessage.addRegion(0, length), 12, regionOfRings.fd());
            if (known.buffersApart) {
                acknowledged(RawMessage.addRegion(1, length), 12, regionOfBuffers.fd());
            }
            for (int number = 0; number < s2m + m2s; number++) {
                boolean toMaster = number < s2m;
                ring(number).cookie(RawRing.COOKIE);
                ring(number).flags(toMaster ? known.s2mFlags : 0);
                OwnedFd event = FakeSlave.eventFd(posix, 0x800);
                events.add(event);
                int index = toMaster ? number : number - s2m;
                long at = (long) number * RawRing.bytes(LOG2);
                acknowledged(RawMessage.addRing(toMaster, index, 0, at, LOG2), 15, event);
            }
            control.send(dirty(RawMessage.connect(known.name), 2 + known.name.length() + 1));
            control.expect(RawMessage.CONNECTED);
            for (int number = 0; number < s2m + m2s && known.resets; number++) {
                ring(number).head(0);
                ring(number).tail(0);
            }
        }

        private void acknowledged(RawMessage message, int end, OwnedFd... descriptors) {
            if (known.garbage && message.type() == RawMessage.INIT) {
                // It has no secret, and shows what lay there.
                message.raw(SECRET, garbage(24));
            }
            control.send(dirty(message, end), descriptors);
            control.expect(RawMessage.ACK);
        }

        private RawMessage dirty(RawMessage message, int end) {
            return known.garbage ? message.raw(end, garbage(RawMessage.SIZE - end)) : message;
        }

        private byte[] garbage(int length) {
            byte[] bytes = new byte[length];
            random.nextBytes(bytes);
            return bytes;
        }

        private long buffer(int number, int slot) {
            return buffersAt() + ((long) number * SLOTS + (slot & SLOTS - 1)) * BUFFER;
        }

        /** Publishes one packet on an S2M ring. */
        void send(int number, byte[] packet) {
            RawRing ring = ring(number);
            int head = ring.head();
            regionOfBuffers.bytes(buffer(number, head), packet);
            int region = known.buffersApart ? 1 : 0;
            ring.descriptor(head, 0, region, packet.length, buffer(number, head));
            ring.head(head + 1);
        }

        void postAll() {
            for (int number = s2m; number < s2m + m2s; number++) {
                for (int slot = 0; slot < SLOTS; slot++) {
                    int region = known.buffersApart ? 1 : 0;
                    ring(number).descriptor(slot, 0, region, BUFFER, buffer(number, slot));
                }
                ring(number).head(SLOTS);
            }
        }

        byte[] sentTo(int ring, int length) {
            return regionOfBuffers.bytes(buffer(s2m + ring, 0), length);
        }

        void end() {
            if (known.end != End.CLOSE) {
                control.send(RawMessage.disconnect(0, "interface deleted"));
            }
            if (known.end == End.DISCONNECT_AND_STAY) {
                control.expectEnd();
            } else {
                control.close();
            }
        }

        @Override
        public void close() {
            control.close();
            events.forEach(OwnedFd::close);
            regionOfRings.close();
            if (regionOfBuffers != regionOfRings) {
                regionOfBuffers.close();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everyRingIsServed(Known known, int queues) throws Exception {
        try (TestedInterface ours =
                        TestedInterface.master(
                                address(), config -> config.rxMode(RxMode.INTERRUPT));
                Played slave = new Played(known, queues)) {
            assertEquals(queues, slave.s2m);
            assertEquals(queues, slave.m2s);
            slave.connect();
            ours.expectEvent("up raw slave " + known.name);
            assertEquals(queues, ours.itf.linkInfo().rxRings());
            assertEquals(queues, ours.itf.linkInfo().txRings());
            expectPackets(ours.itf.rxQueue(0), slave);

            TxQueue tx = ours.itf.txQueue(0);
            byte[] packet = {1, 2, 3};
            assertEquals(TxQueue.BACK_PRESSURED, tx.offer(packet, 0, packet.length));
            slave.postAll();
            assertEquals(1, tx.offer(packet, 0, packet.length));
            tx.flush();
            assertArrayEquals(packet, slave.sentTo(0, packet.length));
            for (int ring = 0; ring < slave.m2s; ring++) {
                assertEquals(ring == 0 ? 1 : 0, slave.ring(slave.s2m + ring).tail());
            }
            slave.end();
            assertTrue(ours.nextEvent().startsWith("down: "));
            ours.expectQuiet();
        }
    }

    private static void expectPackets(RxQueue rx, Played slave) throws InterruptedException {
        for (int number = 0; number < slave.s2m; number++) {
            assertEquals(0, slave.ring(number).flags(), "we ask to be signalled");
            slave.send(number, new byte[] {(byte) number, 0});
            slave.send(number, new byte[] {(byte) number, 1});
        }
        List<Integer> got = new ArrayList<>();
        PacketHandler handler =
                (buffer, offset, length, flags) ->
                        got.add((buffer.get(offset) & 0xff) * 2 + buffer.get(offset + 1));
        int turns = 0;
        while (rx.poll(handler, SLOTS) > 0) {
            turns++;
        }
        assertEquals(slave.s2m, turns, "each call takes from one ring");
        int[] all = new int[2 * slave.s2m];
        Arrays.setAll(all, i -> i);
        assertArrayEquals(all, got.stream().mapToInt(each -> each).toArray());
        assertEquals(all.length, rx.counters().get(Counter.PACKETS));
        for (int number = 0; number < slave.s2m; number++) {
            assertEquals(2, slave.ring(number).tail());
        }
    }

    /** With 32768 slots set, it announces them and lays its rings out for what was offered. */
    @Test
    void vppWithRingsOf32768SlotsIsRefused() throws Exception {
        try (TestedInterface ours = TestedInterface.master(address());
                FakeSlave slave = connect().through(FakeSlave.Step.REGION)) {
            slave.control.send(RawMessage.addRing(true, 0, 0, 0, 15), slave.s2mEvent);
            String reason =
                    "unsupported ring size: S2M ring 0 has log2 size 15; 0 to 14 are accepted";
            expectRefused(ours, slave, FakeSlave.Step.REGION, reason);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void noRingsInOneDirectionWillDo(boolean s2m) throws Exception {
        try (TestedInterface ours = TestedInterface.master(address());
                FakeSlave slave = connect().through(FakeSlave.Step.REGION)) {
            slave.make(s2m ? FakeSlave.Step.S2M : FakeSlave.Step.M2S);
            slave.make(FakeSlave.Step.CONNECT);
            ours.expectEvent("up raw slave raw0");
            assertEquals(s2m ? 1 : 0, ours.itf.linkInfo().rxQueues());
            assertEquals(s2m ? 0 : 1, ours.itf.linkInfo().txQueues());
            if (s2m) {
                slave.sendPacket(new byte[] {1});
            }
            PacketHandler ignore = (buffer, offset, length, flags) -> {};
            assertEquals(s2m ? 1 : 0, ours.itf.rxQueue(0).poll(ignore, 1));
            assertEquals(
                    s2m ? TxQueue.NOT_CONNECTED : TxQueue.BACK_PRESSURED,
                    ours.itf.txQueue(0).offer(new byte[1], 0, 1));
        }
    }

    /** DPDK of 2020 and after pads an abstract name with zeros to all that the address holds. */
    @Test
    void abstractNamesMayBePaddedWithZeros() throws Exception {
        String name = "@memif-known-" + ProcessHandle.current().pid();
        String padded = name + "\0".repeat(108 - name.length());
        try (TestedInterface ours = TestedInterface.master(padded);
                FakeSlave slave = new FakeSlave(posix, padded, TestedInterface.ID)) {
            slave.through(FakeSlave.Step.CONNECT);
            ours.expectEvent("up raw slave raw0");
        }
        try (FakeMaster master = new FakeMaster(posix, padded, 1);
                TestedInterface ours = TestedInterface.slave(padded, config -> {});
                FakeMaster.Link link = master.accept()) {
            link.through(FakeMaster.Step.CONNECTED);
            ours.expectEvent("up raw master raw0");
        }
    }
}
