package io.memif.examples.perf;

import io.memif.examples.icmp.IpAddress;
import io.memif.examples.icmp.MacAddress;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The flows that packets belong to. What varies is counted up from one flow to the next; everything
 * else is the same in all of them.
 *
 * @param count how many, 1 or more
 * @param varied what differs from flow to flow
 * @param from addresses of the first flow's sender
 * @param to addresses of its receiver, of the same IP version
 */
record Flows(int count, Set<Part> varied, End from, End to) {
    /** A single flow between two addresses meant for benchmarks. */
    static final Flows ONE = new Flows(1, EnumSet.noneOf(Part.class), End.FROM_V4, End.TO_V4);

    private static final int FIRST_PORT = 1024;
    private static final int PORTS = 65_536 - FIRST_PORT;
    private static final int LOWER_MAC_BITS = 40;

    /** What may differ from flow to flow. */
    enum Part {
        SRC_MAC,
        DST_MAC,
        SRC_IP,
        DST_IP,
        SRC_PORT;

        /** On the command line. */
        String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /** The same part of a packet that goes the other way. */
        private Part reversed() {
            return switch (this) {
                case SRC_MAC -> DST_MAC;
                case DST_MAC -> SRC_MAC;
                case SRC_IP -> DST_IP;
                case DST_IP -> SRC_IP;
                default -> this;
            };
        }
    }

    /**
     * Addresses of a sender or a receiver.
     *
     * @param mac in Ethernet mode
     * @param ip of either version
     */
    record End(MacAddress mac, IpAddress ip) {
        private static final MacAddress FROM_MAC = new MacAddress(0x0200_0000_0001L);
        private static final MacAddress TO_MAC = new MacAddress(0x0201_0000_0001L);

        /** 198.18.0.1: RFC 2544 has 198.18.0.0/15 for benchmarks, a half for each side. */
        static final End FROM_V4 = new End(FROM_MAC, IpAddress.v4(0xc612_0001));

        static final End TO_V4 = new End(TO_MAC, IpAddress.v4(0xc613_0001));

        /** 2001:2::1: RFC 5180 has 2001:2::/48 for benchmarks. */
        static final End FROM_V6 = new End(FROM_MAC, IpAddress.v6(0x2001_0002_0000_0000L, 1));

        static final End TO_V6 = new End(TO_MAC, IpAddress.v6(0x2001_0002_0000_8000L, 1));
    }

    /**
     * A part of the packets of all flows.
     *
     * @param first of the first flow
     * @param step from one flow to the next
     */
    record Range(long first, int step) {
        long at(int flow) {
            return first + (long) step * flow;
        }
    }

    /**
     * Checks that all flows have addresses of single hosts.
     *
     * @throws IllegalArgumentException if they have not, or differ in IP version
     */
    Flows {
        if (from.ip().isV6() != to.ip().isV6()) {
            throw new IllegalArgumentException(
                    from.ip() + " and " + to.ip() + " differ in IP version");
        }
        check(from, count - 1, varied.contains(Part.SRC_MAC), varied.contains(Part.SRC_IP));
        check(to, count - 1, varied.contains(Part.DST_MAC), varied.contains(Part.DST_IP));
    }

    private static void check(End end, int steps, boolean variesMac, boolean variesIp) {
        long mac = end.mac().bits();
        if (variesMac && mac >>> LOWER_MAC_BITS != mac + steps >>> LOWER_MAC_BITS) {
            throw beyond(steps, end.mac().toString());
        }
        IpAddress ip = end.ip();
        int ipSteps = variesIp ? steps : 0;
        IpAddress last = new IpAddress(ip.isV6(), ip.high(), ip.low() + ipSteps);
        boolean wraps =
                ip.isV6() ? ip.low() < 0 && last.low() >= 0 : last.low() >>> Integer.SIZE != 0;
        if (!ip.isUnicast() || !last.isUnicast() || wraps) {
            throw beyond(ipSteps, ip.toString());
        }
    }

    private static IllegalArgumentException beyond(int steps, String first) {
        return new IllegalArgumentException(
                steps == 0
                        ? first + " is not the address of a single host"
                        : first + " and the " + steps + " addresses after it are not all of hosts");
    }

    boolean isV6() {
        return from.ip().isV6();
    }

    private Range range(Part part, long first) {
        return new Range(first, varied.contains(part) ? 1 : 0);
    }

    Range sourceMac() {
        return range(Part.SRC_MAC, from.mac().bits());
    }

    Range targetMac() {
        return range(Part.DST_MAC, to.mac().bits());
    }

    /** The 32 bits of IPv4 addresses, or the lower 64 of IPv6 addresses. */
    Range sourceIp() {
        return range(Part.SRC_IP, from.ip().low());
    }

    /** The 32 bits of IPv4 addresses, or the lower 64 of IPv6 addresses. */
    Range targetIp() {
        return range(Part.DST_IP, to.ip().low());
    }

    /** Numbers of the ports, see {@link #port}. */
    Range sourcePort() {
        return range(Part.SRC_PORT, 0);
    }

    /** The port with a number: those from 1024 on, again and again. */
    static int port(long number) {
        return FIRST_PORT + (int) (number % PORTS);
    }

    /** The same flows the other way. */
    Flows reversed() {
        Set<Part> parts = EnumSet.noneOf(Part.class);
        varied.forEach(part -> parts.add(part.reversed()));
        return new Flows(count, parts, to, from);
    }

    /** What varies, as it is typed. */
    String variedWords() {
        return Arrays.stream(Part.values())
                .filter(varied::contains)
                .map(Part::word)
                .collect(Collectors.joining(","));
    }
}
