package io.memif.examples.icmp;

import static io.memif.examples.icmp.Bytes.at16;
import static io.memif.examples.icmp.Bytes.hex;
import static io.memif.examples.icmp.Bytes.join;
import static io.memif.examples.icmp.Bytes.pattern;
import static io.memif.examples.icmp.Bytes.slice;
import static io.memif.examples.icmp.Packets.IPV4;
import static io.memif.examples.icmp.Packets.IPV6;
import static io.memif.examples.icmp.Packets.echo;
import static io.memif.examples.icmp.Packets.ipv4;
import static io.memif.examples.icmp.Packets.tagged;
import static io.memif.examples.icmp.Packets.toUs;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Mutated packets: never an exception, and an answer exactly where a second opinion says so. */
@Timeout(60)
class ResponderFuzzTest {
    private static final int ROUNDS = 200_000;
    private static final int[] EDGES = {0, 1, 2, 0x3f, 0x40, 0x7f, 0x80, 0xfe, 0xff};

    private static final List<byte[]> SEEDS =
            List.of(
                    Packets.usualArp(),
                    toUs(IPV4, Packets.echoToUs(pattern(56))),
                    toUs(IPV4, optioned("0101440c050000000000000000000000")),
                    tagged(toUs(IPV4, Packets.echoToUs(pattern(9))), 0x88a8, 7, 0x8100, 9),
                    join(toUs(IPV4, Packets.echoToUs(new byte[0])), new byte[18]),
                    toUs(IPV6, Packets.echoV6ToUs(pattern(57))),
                    Packets.usualSolicitation(),
                    Packets.duplicateProbe(),
                    tagged(Packets.usualSolicitation(), 0x8100, 3));

    private static byte[] optioned(String options) {
        byte[] echo = echo(pattern(12));
        return ipv4(Packets.PEER_IP, Packets.OUR_IP, 0, 3, 1, hex(options), echo);
    }

    private final Bench bench = Bench.ethernet();
    private final Bench bare = Bench.ip();
    private final Map<Outcome, Integer> seen = new EnumMap<>(Outcome.class);

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 20_261_121, -7})
    void answersExactlyWhatDeservesIt(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] packet = mutate(random, SEEDS.get(random.nextInt(SEEDS.size())));
            Outcome outcome = bench.examine(packet);
            seen.merge(outcome, 1, Integer::sum);
            if (!outcome.equals(Outcome.ECHO_REPLY_V6) || !hasExtension(packet)) {
                assertEquals(Oracle.deservesAnswer(packet), outcome.isReply(), () -> text(packet));
            }
            if (outcome.isReply()) {
                checkReply(outcome, packet, bench.write());
            }
            if (packet.length > 14 && bare.examine(slice(packet, 14, packet.length)).isReply()) {
                bare.write();
            }
        }
        assertTrue(seen.size() > 12, () -> "too tame: " + seen);
    }

    private static boolean hasExtension(byte[] packet) {
        int network = networkOf(packet);
        return packet[network + 6] != 58;
    }

    private static String text(byte[] packet) {
        return HexFormat.of().formatHex(packet);
    }

    private static byte[] mutate(Random random, byte[] seed) {
        byte[] packet = seed.clone();
        for (int changes = random.nextInt(4); changes > 0; changes--) {
            int at = random.nextInt(packet.length);
            packet[at] =
                    (byte)
                            (random.nextBoolean()
                                    ? EDGES[random.nextInt(EDGES.length)]
                                    : packet[at] ^ 1 << random.nextInt(8));
        }
        if (random.nextInt(8) == 0) {
            packet = Arrays.copyOf(packet, random.nextInt(packet.length + 20));
        }
        return random.nextInt(4) == 0 ? packet : withChecksums(packet);
    }

    /** Lets mutations reach the checks that follow the checksums. */
    private static byte[] withChecksums(byte[] packet) {
        int network = networkOf(packet);
        if (network < 0 || packet.length < network + 40) {
            return packet;
        }
        byte[] link = slice(packet, 0, network);
        byte[] ip = slice(packet, network, packet.length);
        int header = (ip[0] & 15) * 4;
        int total = at16(ip, 2);
        boolean four = ip[0] >> 4 == 4 && header >= 20 && total >= header + 8;
        if (four && total <= ip.length) {
            byte[] fixed = Packets.ipv4Header(slice(ip, 0, header));
            byte[] icmp = Packets.icmpOf(slice(ip, header, total));
            return join(link, fixed, icmp, slice(ip, total, ip.length));
        }
        int end = 40 + at16(ip, 4);
        if (ip[0] >> 4 == 6 && end >= 48 && end <= ip.length) {
            byte[] source = slice(ip, 8, 24);
            byte[] destination = slice(ip, 24, 40);
            byte[] message = Packets.icmpV6(source, destination, slice(ip, 40, end));
            return join(link, slice(ip, 0, 40), message, slice(ip, end, ip.length));
        }
        return packet;
    }

    private static int networkOf(byte[] packet) {
        for (int at = 12; at + 2 <= packet.length && at <= 20; at += 4) {
            int type = at16(packet, at);
            if (type != 0x8100 && type != 0x88a8 && type != 0x9100) {
                return at + 2;
            }
        }
        return -1;
    }

    private void checkReply(Outcome kind, byte[] request, byte[] reply) {
        int network = networkOf(reply);
        byte[] ip = slice(reply, network, reply.length);
        assertEquals(networkOf(request), network);
        assertTrue(Arrays.equals(Packets.OUR_MAC, slice(reply, 6, 12)));
        switch (kind) {
            case ECHO_REPLY -> {
                assertEquals(0x45, ip[0]);
                assertEquals(ip.length, at16(ip, 2));
                assertEquals(0, Bytes.checksum(slice(ip, 0, 20)), () -> text(reply));
                assertEquals(0, Bytes.checksum(slice(ip, 20, ip.length)), () -> text(reply));
            }
            case ECHO_REPLY_V6, NEIGHBOUR_ADVERTISEMENT -> {
                assertEquals(ip.length - 40, at16(ip, 4));
                byte[] message = slice(ip, 40, ip.length);
                assertEquals(
                        0,
                        Packets.checksumV6(slice(ip, 8, 24), slice(ip, 24, 40), message),
                        () -> text(reply));
            }
            case ARP_REPLY -> assertEquals(28, ip.length);
            default -> throw new AssertionError("no answer: " + kind);
        }
        assertEquals(Outcome.BAD_SOURCE, fromUs(reply), "our own answer must not be answered");
    }

    /** What we make of our own answer, should someone reflect it to us. */
    private Outcome fromUs(byte[] reply) {
        byte[] reflected = reply.clone();
        System.arraycopy(Packets.OUR_MAC, 0, reflected, 0, 6);
        return bench.examine(reflected);
    }
}
