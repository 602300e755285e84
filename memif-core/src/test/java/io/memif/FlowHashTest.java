package io.memif;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One hash a flow: in both directions, for every fragment, with or without tags. */
@Timeout(60)
class FlowHashTest {
    private static final int[] WITH_PORTS = {6, 17, 33, 132, 136};
    private static final int[] WITHOUT_PORTS = {1, 2, 4, 47, 50, 58, 89, 255};

    private final Random random = new Random(20);

    private static int ethernet(byte[] frame) {
        return FlowHash.of(Mode.ETHERNET, ByteBuffer.wrap(frame), 0, frame.length);
    }

    private static int ip(byte[] packet) {
        return FlowHash.of(Mode.IP, ByteBuffer.wrap(packet), 0, packet.length);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void bothDirectionsAndAllWrappingsOfAFlowAreOne(boolean v6) {
        for (int protocol : new int[] {6, 17, 33, 132, 136, 1, 58, 47, 50, 255}) {
            for (int round = 0; round < 500; round++) {
                Flow flow = Flow.random(random, v6, protocol);
                int hash = ip(flow.ip(round));
                assertEquals(hash, ip(flow.back().ip(round + 1)), "back");
                assertEquals(hash, ethernet(flow.frame(round)), "in a frame");
                assertEquals(hash, ethernet(flow.back().frame(round + 5, 0x8100)), "VLAN");
                assertEquals(hash, ethernet(flow.frame(round, 0x88a8, 0x8100)), "QinQ");
                assertEquals(hash, ethernet(flow.frame(round, 0x9100, 0x8100, 0x8100)));
                assertEquals(hash, ethernet(flow.frame(round, 0x9100, 0x8100, 0x8100, 0x8100)));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void eachPartOfTheTupleCounts(boolean v6) {
        for (int protocol : WITH_PORTS) {
            Flow flow = Flow.random(random, v6, protocol);
            int hash = ip(flow.ip(1));
            for (int bit = 0; bit < flow.from().length * 8; bit++) {
                byte[] other = flow.from().clone();
                other[bit / 8] ^= (byte) (1 << bit % 8);
                Flow changed = new Flow(v6, other, flow.to(), protocol, 1, 2);
                Flow same = new Flow(v6, flow.from(), flow.to(), protocol, 1, 2);
                assertNotEquals(ip(same.ip(1)), ip(changed.ip(1)), "address bit " + bit);
            }
            for (int bit = 0; bit < 16; bit++) {
                int port = flow.toPort() ^ 1 << bit;
                Flow changed =
                        new Flow(v6, flow.from(), flow.to(), protocol, flow.fromPort(), port);
                assertNotEquals(hash, ip(changed.ip(1)), "port bit " + bit);
            }
            int another = protocol == 6 ? 17 : 6;
            Flow changed =
                    new Flow(v6, flow.from(), flow.to(), another, flow.fromPort(), flow.toPort());
            assertNotEquals(hash, ip(changed.ip(1)), "protocol");
        }
    }

    @Test
    void portsOfOneEndAreNotMixedUpWithTheOther() {
        byte[] a = {10, 0, 0, 1};
        byte[] b = {10, 0, 0, 2};
        Flow one = new Flow(false, a, b, 6, 1000, 80);
        Flow crossed = new Flow(false, a, b, 6, 80, 1000);
        assertNotEquals(ip(one.ip(1)), ip(crossed.ip(1)));
    }

    @Test
    void otherProtocolsHaveNoPorts() {
        for (boolean v6 : new boolean[] {false, true}) {
            for (int protocol : WITHOUT_PORTS) {
                Flow flow = Flow.random(random, v6, protocol);
                Flow other = new Flow(v6, flow.from(), flow.to(), protocol, 1, 2);
                assertEquals(ip(flow.ip(1)), ip(other.ip(2)), "protocol " + protocol);
            }
        }
    }

    @Test
    void allFragmentsOfAnIpv4PacketAreOne() {
        for (int protocol : new int[] {6, 17, 1}) {
            Flow flow = Flow.random(random, false, protocol);
            int first = ip(flow.v4Packet(0x2000, 5, 1));
            assertEquals(first, ip(flow.v4Packet(0x2003, 5, 2)), "middle");
            assertEquals(first, ip(flow.v4Packet(0x0006, 5, 3)), "last");
            assertEquals(first, ip(flow.back().v4Packet(0x0006, 5, 3)), "back");
            assertEquals(ip(flow.ip(1)), ip(flow.v4Packet(0x4000, 5, 4)), "may not be fragmented");
        }
    }

    @Test
    void ipv4OptionsAreSkipped() {
        Flow flow = Flow.random(random, false, 17);
        for (int words = 6; words < 16; words++) {
            assertEquals(ip(flow.ip(1)), ip(flow.v4Packet(0, words, 9)));
        }
    }

    private static byte[] extension(int next, int units, int unit) {
        byte[] bytes = new byte[(unit == 4 ? units + 2 : units + 1) * unit];
        bytes[0] = (byte) next;
        bytes[1] = (byte) units;
        return bytes;
    }

    private static byte[] join(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteBuffer all = ByteBuffer.allocate(length);
        for (byte[] part : parts) {
            all.put(part);
        }
        return all.array();
    }

    @Test
    void ipv6ExtensionHeadersAreSkipped() {
        Flow flow = Flow.random(random, true, 6);
        int hash = ip(flow.ip(1));
        for (int header : new int[] {0, 43, 60, 135, 139, 140}) {
            byte[] extension = extension(6, 2, 8);
            assertEquals(hash, ip(flow.v6Packet(extension, header, flow.transport(2))));
        }
        assertEquals(hash, ip(flow.v6Packet(extension(6, 4, 4), 51, flow.transport(2))), "AH");
        byte[] three = join(extension(60, 0, 8), extension(43, 1, 8), extension(6, 0, 8));
        assertEquals(hash, ip(flow.back().v6Packet(three, 0, flow.back().transport(2))));
    }

    private static byte[] fragmentHeader(int next, int offsetAndMore) {
        return ByteBuffer.allocate(8)
                .put((byte) next)
                .put((byte) 0)
                .putShort((short) offsetAndMore)
                .putInt(4711)
                .array();
    }

    @Test
    void allFragmentsOfAnIpv6PacketAreOne() {
        Flow flow = Flow.random(random, true, 17);
        byte[] rest = new byte[64];
        int first = ip(flow.v6Packet(fragmentHeader(17, 1), 44, flow.transport(1)));
        assertEquals(first, ip(flow.v6Packet(fragmentHeader(17, 8 << 3 | 1), 44, rest)));
        assertEquals(first, ip(flow.v6Packet(fragmentHeader(17, 16 << 3), 44, rest)));
        byte[] behind = join(extension(44, 0, 8), fragmentHeader(17, 16 << 3));
        assertEquals(first, ip(flow.back().v6Packet(behind, 0, rest)));
        byte[] atomic = fragmentHeader(17, 0);
        assertEquals(ip(flow.ip(1)), ip(flow.v6Packet(atomic, 44, flow.transport(3))));
    }

    @Test
    void framesThatAreNoIpGoByTheirMacs() {
        byte[] arp = Flow.frame(5, 0x0806, new byte[28]);
        byte[] back = arp.clone();
        System.arraycopy(arp, 0, back, 6, 6);
        System.arraycopy(arp, 6, back, 0, 6);
        back[20] = 9;
        assertEquals(ethernet(arp), ethernet(back));
        assertNotEquals(ethernet(arp), ethernet(Flow.frame(6, 0x0806, new byte[28])));
        assertNotEquals(ethernet(arp), ethernet(Flow.frame(5, 0x88cc, new byte[28])));
        byte[] broken = Flow.frame(5, 0x0800, new byte[40]);
        assertEquals(ethernet(broken), ethernet(Flow.frame(5, 0x0800, new byte[3])), "version 0");
    }

    @Test
    void nothingThrowsAndNothingBehindTheEndIsRead() {
        for (int round = 0; round < 3000; round++) {
            Flow flow = Flow.random(random, (round & 1) == 0, random.nextInt(256));
            byte[] packet =
                    switch (round % 3) {
                        case 0 -> flow.frame(round, 0x8100, 0x8100);
                        case 1 -> flow.ip(round);
                        default -> flow.v6Packet(new byte[16], 0, flow.transport(1));
                    };
            for (int i = 0; i < round % 5; i++) {
                packet[random.nextInt(packet.length)] = (byte) random.nextInt();
            }
            for (int length = -1; length <= packet.length; length++) {
                byte[] exact = java.util.Arrays.copyOf(packet, Math.max(0, length));
                byte[] noise = new byte[packet.length];
                random.nextBytes(noise);
                System.arraycopy(exact, 0, noise, 0, exact.length);
                for (Mode mode : new Mode[] {Mode.ETHERNET, Mode.IP}) {
                    int hash = FlowHash.of(mode, ByteBuffer.wrap(exact), 0, length);
                    assertEquals(hash, FlowHash.of(mode, ByteBuffer.wrap(noise), 0, length));
                    assertEquals(hash, FlowHash.of(mode, ByteBuffer.wrap(exact), 0, length + 99));
                }
            }
        }
        assertEquals(0, FlowHash.of(Mode.IP, ByteBuffer.allocate(8), 9, Integer.MAX_VALUE));
        assertEquals(0, FlowHash.of(Mode.ETHERNET, ByteBuffer.allocate(8), -1, 8));
    }

    @Test
    void offsetAndByteOrderDoNotMatter() {
        Flow flow = Flow.random(random, true, 6);
        byte[] frame = flow.frame(3, 0x8100);
        int hash = ethernet(frame);
        for (int at = 0; at < 9; at++) {
            ByteBuffer direct = ByteBuffer.allocateDirect(300).order(ByteOrder.LITTLE_ENDIAN);
            direct.put(at, frame).position(200);
            assertEquals(hash, FlowHash.of(Mode.ETHERNET, direct, at, frame.length));
            ByteBuffer readOnly = direct.duplicate().asReadOnlyBuffer();
            assertEquals(hash, FlowHash.of(Mode.ETHERNET, readOnly, at, frame.length));
        }
    }

    @Test
    void hashingAllocatesNothing() {
        byte[][] frames = new byte[64][];
        for (int i = 0; i < frames.length; i++) {
            frames[i] = Flow.random(random, i % 2 == 0, i % 3 == 0 ? 6 : 1).frame(i, 0x8100);
        }
        ByteBuffer[] buffers = new ByteBuffer[frames.length];
        for (int i = 0; i < frames.length; i++) {
            buffers[i] = ByteBuffer.allocateDirect(200).put(0, frames[i]);
        }
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = 0;
        int sum = 0;
        int rounds = 20_000;
        for (int round = 0; round < 2 * rounds; round++) {
            if (round == rounds) {
                before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
            }
            for (int i = 0; i < buffers.length; i++) {
                sum += FlowHash.of(Mode.ETHERNET, buffers[i], 0, frames[i].length);
            }
        }
        long after = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
        assertEquals(0, (after - before) / rounds, "bytes a round, sum " + sum);
    }
}
