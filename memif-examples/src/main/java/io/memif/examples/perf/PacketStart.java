package io.memif.examples.perf;

import io.memif.Mode;
import io.memif.examples.icmp.Checksum;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * How packets of one length begin: headers and {@link TimedStamp}. Only what differs from packet to
 * packet is written anew, and the checksum follows from it, so that a million flows take no more
 * memory than one. One thread.
 */
final class PacketStart {
    private static final VarHandle SHORT = view(short[].class);
    private static final VarHandle INT = view(int[].class);
    private static final VarHandle LONG = view(long[].class);

    private static final int SOURCE_MAC = 6;

    private final boolean isV6;
    private final boolean variesMacs;
    private final Flows.Range sourceMac;
    private final Flows.Range targetMac;
    private final Flows.Range sourceIp;
    private final Flows.Range targetIp;
    private final Flows.Range sourcePort;
    private final int header;
    private final byte[] bytes;

    /** Of all that the checksum covers, except for addresses, port and stamp. */
    private final long sum;

    /**
     * The start of packets of the first flow.
     *
     * @param mode whether they start with an Ethernet header
     * @param length of the whole packets
     * @param flows addresses and ports
     */
    PacketStart(Mode mode, int length, Flows flows) {
        this.isV6 = flows.isV6();
        this.sourceMac = flows.sourceMac();
        this.targetMac = flows.targetMac();
        this.sourceIp = flows.sourceIp();
        this.targetIp = flows.targetIp();
        this.sourcePort = flows.sourcePort();
        this.variesMacs = mode == Mode.ETHERNET && sourceMac.step() + targetMac.step() > 0;
        this.header = Template.header(mode, isV6);
        byte[] packet = Template.packet(mode, length, flows, 0);
        this.bytes = Arrays.copyOf(packet, header + TimedStamp.LENGTH);
        this.sum = isV6 ? sumV6(packet, flows) : sumV4(packet, Template.link(mode));
    }

    private static VarHandle view(Class<?> type) {
        return MethodHandles.byteArrayViewVarHandle(type, ByteOrder.BIG_ENDIAN);
    }

    private int sumV4(byte[] packet, int ip) {
        SHORT.set(packet, Template.checksum(header), (short) 0);
        INT.set(packet, Template.source(header), 0);
        INT.set(packet, Template.target(header), 0);
        return Checksum.sum(ByteBuffer.wrap(packet), ip, header - Template.UDP - ip);
    }

    private long sumV6(byte[] packet, Flows flows) {
        int udp = header - Template.UDP;
        SHORT.set(packet, Template.checksum(header), (short) 0);
        SHORT.set(packet, udp, (short) 0);
        LONG.set(packet, header, 0L);
        LONG.set(packet, header + Long.BYTES, 0L);
        return Template.pseudoHeader(flows, 0, 0, packet.length - udp)
                + Checksum.sum(ByteBuffer.wrap(packet), udp, packet.length - udp);
    }

    /**
     * Turns to the next packet.
     *
     * @param flow that it belongs to
     * @param first word of its stamp
     * @param second word of its stamp
     * @return the packet's first bytes; valid until the next call
     */
    byte[] of(int flow, long first, long second) {
        if (variesMacs) {
            putMac(0, targetMac.at(flow));
            putMac(SOURCE_MAC, sourceMac.at(flow));
        }
        // The words of a stamp are little-endian.
        long one = Long.reverseBytes(first);
        long two = Long.reverseBytes(second);
        LONG.set(bytes, header, one);
        LONG.set(bytes, header + Long.BYTES, two);
        int port = Flows.port(sourcePort.at(flow));
        SHORT.set(bytes, header - Template.UDP, (short) port);
        long source = sourceIp.at(flow);
        long target = targetIp.at(flow);
        long all = sum + halves(source) + halves(target);
        int checksum;
        if (isV6) {
            LONG.set(bytes, Template.source(header), source);
            LONG.set(bytes, Template.target(header), target);
            checksum = Template.udpChecksum(all + port + halves(one) + halves(two));
        } else {
            INT.set(bytes, Template.source(header), (int) source);
            INT.set(bytes, Template.target(header), (int) target);
            checksum = Checksum.of(all);
        }
        SHORT.set(bytes, Template.checksum(header), (short) checksum);
        return bytes;
    }

    private void putMac(int at, long mac) {
        SHORT.set(bytes, at, (short) (mac >>> Integer.SIZE));
        INT.set(bytes, at + Short.BYTES, (int) mac);
    }

    private static long halves(long word) {
        return (word >>> Integer.SIZE) + (word & 0xffff_ffffL);
    }
}
