package io.memif.examples.perf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.Mode;
import io.memif.examples.Memif;
import io.memif.examples.StopSignal;
import io.memif.examples.icmp.Checksum;
import io.memif.examples.icmp.IpAddress;
import io.memif.examples.icmp.MacAddress;
import io.memif.examples.perf.Flows.End;
import io.memif.examples.perf.Flows.Part;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** The flows that packets belong to: their addresses, their checksums, and what is refused. */
class FlowsTest {
    private static final Set<Part> ALL = EnumSet.allOf(Part.class);

    /** Of the Ethernet header. */
    private static final int LINK = 14;

    private static Flows flows(int count, boolean isV6, Set<Part> varied) {
        return isV6
                ? new Flows(count, varied, End.FROM_V6, End.TO_V6)
                : new Flows(count, varied, End.FROM_V4, End.TO_V4);
    }

    private static byte[] next(MixWriter writer, boolean copied) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(4096);
        int length;
        if (copied) {
            ByteBuffer whole = writer.whole();
            length = writer.wholeLength();
            buffer.put(0, whole, 0, length);
            writer.sent();
        } else {
            length = writer.fill(buffer, 0, 2048);
        }
        byte[] packet = new byte[length];
        buffer.get(0, packet);
        return packet;
    }

    /** What lies in the ring is, but for the stamp, the packet that the headers' own rules make. */
    @ParameterizedTest
    @CsvSource({
        "ETHERNET, false, false",
        "ETHERNET, true, true",
        "IP, false, true",
        "IP, true, false"
    })
    void packetsAreThoseOfTheirFlow(Mode mode, boolean isV6, boolean copied) {
        Flows flows = flows(5, isV6, ALL);
        Mix mix = Mix.parse("imix").atLeast(MixWriter.leastLength(mode, isV6));
        int header = Template.header(mode, isV6);
        MixWriter writer = new MixWriter(mode, mix, flows, 3);
        writer.begin(77);
        for (int i = 0; i < 60; i++) {
            writer.time(1_000_000 + i);
            byte[] packet = next(writer, copied);
            ByteBuffer view = ByteBuffer.wrap(packet);
            byte[] expected = Template.packet(mode, mix.lengths()[i % 12], flows, i % 5);
            TimedStamp.write(ByteBuffer.wrap(expected), header, 3, i, 77, 1_000_000 + i);
            assertEquals(packet.length, Template.length(view, 0, header));
            if (isV6) {
                int udp = header - Template.UDP;
                long sum =
                        Template.pseudoHeader(
                                        flows,
                                        view.getLong(udp - 24),
                                        view.getLong(udp - 8),
                                        packet.length - udp)
                                + Checksum.sum(view, udp, packet.length - udp);
                assertEquals(0, Checksum.of(sum), "what a receiver computes");
                view.putShort(header - 2, ByteBuffer.wrap(expected).getShort(header - 2));
            }
            assertArrayEquals(expected, packet, "packet " + i);
        }
    }

    @Test
    void whatIsNotVariedIsTheSameInAllFlows() {
        Flows flows = flows(300, false, EnumSet.of(Part.DST_IP, Part.SRC_MAC));
        byte[] first = Template.packet(Mode.ETHERNET, 64, flows, 0);
        byte[] last = Template.packet(Mode.ETHERNET, 64, flows, 299);
        assertEquals("02:00:00:00:00:01", new MacAddress(flows.sourceMac().at(0)).toString());
        assertEquals("02:00:00:00:01:2c", new MacAddress(flows.sourceMac().at(299)).toString());
        assertEquals("02:01:00:00:00:01", new MacAddress(flows.targetMac().at(299)).toString());
        assertEquals("198.18.0.1", IpAddress.v4((int) flows.sourceIp().at(299)).toString());
        assertEquals("198.19.1.44", IpAddress.v4((int) flows.targetIp().at(299)).toString());
        assertArrayEquals(Arrays.copyOf(first, 6), Arrays.copyOf(last, 6));
        assertArrayEquals(Arrays.copyOfRange(first, 34, 64), Arrays.copyOfRange(last, 34, 64));
        assertEquals("dst-ip,src-mac", sorted(flows.variedWords()));
    }

    private static String sorted(String words) {
        String[] all = words.split(",");
        Arrays.sort(all);
        return String.join(",", all);
    }

    @Test
    void theOtherDirectionHasTheSameAddressesExchanged() {
        Flows there = flows(9, true, EnumSet.of(Part.DST_IP, Part.SRC_MAC));
        Flows back = there.reversed();
        assertEquals(there.targetIp().at(7), back.sourceIp().at(7));
        assertEquals(there.sourceIp().at(7), back.targetIp().at(7));
        assertEquals(there.sourceMac().at(7), back.targetMac().at(7));
        assertEquals(there.targetMac().at(7), back.sourceMac().at(7));
        assertEquals(there, back.reversed());
    }

    @Test
    void aHundredThousandFlowsAreAllDifferent() {
        Set<Part> addresses = EnumSet.of(Part.SRC_IP, Part.DST_IP);
        End from = new End(End.FROM_V4.mac(), IpAddress.parse("10.0.0.1"));
        End to = new End(End.TO_V4.mac(), IpAddress.parse("10.128.0.1"));
        Flows flows = new Flows(100_000, addresses, from, to);
        MixWriter writer = new MixWriter(Mode.IP, Mix.of(64), flows, 0);
        ByteBuffer buffer = ByteBuffer.allocateDirect(64);
        Set<Long> seen = new HashSet<>();
        for (int i = 0; i < 200_000; i++) {
            writer.fill(buffer, 0, 64);
            seen.add(buffer.getLong(12));
            assertEquals(0, Checksum.of(Checksum.sum(buffer, 0, 20)));
        }
        assertEquals(100_000, seen.size());
        assertEquals("10.129.134.160", IpAddress.v4(buffer.getInt(16)).toString());
    }

    @ParameterizedTest
    @CsvSource({
        "223.255.255.255, 198.19.0.1, 2",
        "255.255.255.255, 198.19.0.1, 1",
        "198.18.0.1, 224.0.0.1, 1",
        "198.18.0.1, fd00::1, 1",
        "fd00::ffff:ffff:ffff:ffff, fd00::1, 2"
    })
    void addressesThatNoHostHasAreRefused(String from, String to, int count) {
        End source = new End(End.FROM_V4.mac(), IpAddress.parse(from));
        End target = new End(End.TO_V4.mac(), IpAddress.parse(to));
        assertThrows(IllegalArgumentException.class, () -> new Flows(count, ALL, source, target));
    }

    @Test
    void macAddressesKeepTheirUpperByte() {
        End source = new End(new MacAddress(0x02ff_ffff_ffffL), End.FROM_V4.ip());
        Set<Part> mac = EnumSet.of(Part.SRC_MAC);
        assertEquals(1, new Flows(1, mac, source, End.TO_V4).count());
        assertThrows(IllegalArgumentException.class, () -> new Flows(2, mac, source, End.TO_V4));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--flows 0|--flows 0 is not within 1 to 1000000",
                "--flows 70000|needs more addresses than there are for benchmarks: give --src-ip",
                "--flows 70000 --src-ip 10.0.0.1|benchmarks: give --dst-ip, for instance 10.128.0.1",
                "--vary ip|'ip' is not one of dst-ip, dst-mac, src-ip, src-mac, src-port",
                "--src-ip 10.0.0.1 --ipv6|10.0.0.1 and 2001:2:0:8000::1 differ in IP version",
                "--dst-ip 224.0.0.1 --vary src-ip|224.0.0.1 is not the address of a single host",
                "--ipv6 --size 77|--size 77 is not within 78 to 65535",
            })
    void wrongFlowsAreWrongUsage(String options, String expected) {
        StringWriter err = new StringWriter();
        CommandLine line = Memif.commandLine(new StopSignal()).setErr(new PrintWriter(err, true));
        assertEquals(2, line.execute(("perf ndr " + options).split(" ")));
        assertTrue(err.toString().contains(expected), err.toString());
    }
}
