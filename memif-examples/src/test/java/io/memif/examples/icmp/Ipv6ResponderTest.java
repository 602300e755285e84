package io.memif.examples.icmp;

import static io.memif.examples.icmp.Bytes.hex;
import static io.memif.examples.icmp.Bytes.join;
import static io.memif.examples.icmp.Bytes.pattern;
import static io.memif.examples.icmp.Bytes.u16;
import static io.memif.examples.icmp.Bytes.with;
import static io.memif.examples.icmp.Packets.IPV6;
import static io.memif.examples.icmp.Packets.OUR_V6;
import static io.memif.examples.icmp.Packets.PEER_V6;
import static io.memif.examples.icmp.Packets.echoV6;
import static io.memif.examples.icmp.Packets.echoV6ToUs;
import static io.memif.examples.icmp.Packets.icmpV6;
import static io.memif.examples.icmp.Packets.ipv6;
import static io.memif.examples.icmp.Packets.toUs;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Ipv6ResponderTest {
    private static final int HOP_BY_HOP = 0;
    private static final int ROUTING = 43;
    private static final int FRAGMENT = 44;
    private static final int DESTINATION_OPTIONS = 60;

    private final Bench bench = Bench.ethernet();
    private final Bench bare = Bench.ip();

    private static byte[] expectedReply(byte[] payload) {
        byte[] message = join(u16(129 * 256, 0, 0x4321, 9), payload);
        byte[] packet = ipv6(OUR_V6, PEER_V6, 58, 64, icmpV6(OUR_V6, PEER_V6, message));
        return with(packet, 0, 0x60, 0, 0, 0);
    }

    /** An echo request with 8 bytes of payload after extension headers. */
    private static byte[] extended(int first, byte[]... headers) {
        byte[] message = join(u16(128 * 256, 0, 0x4321, 9), pattern(8));
        byte[] payload = join(join(headers), icmpV6(PEER_V6, OUR_V6, message));
        return ipv6(PEER_V6, OUR_V6, first, 61, payload);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 7, 8, 9, 56, 1452, 1453, 9000, 65_526, 65_527})
    void copiesPayloadOfAnyLength(int length) {
        byte[] reply = bare.answer(Outcome.ECHO_REPLY_V6, echoV6ToUs(pattern(length)));
        assertArrayEquals(expectedReply(pattern(length)), reply);
        byte[] framed =
                bench.answer(Outcome.ECHO_REPLY_V6, toUs(IPV6, echoV6ToUs(pattern(length))));
        assertArrayEquals(Packets.ethernet(Packets.PEER_MAC, Packets.OUR_MAC, IPV6, reply), framed);
    }

    @Test
    void checksumsAgreeForEveryValueOfAWord() {
        for (int word = 0; word <= 0xffff; word++) {
            byte[] reply = bare.answer(Outcome.ECHO_REPLY_V6, echoV6ToUs(u16(word)));
            assertArrayEquals(expectedReply(u16(word)), reply);
        }
    }

    @Test
    void dropsPaddingBehindThePacket() {
        byte[] padded = join(toUs(IPV6, echoV6ToUs(pattern(4))), pattern(30));
        byte[] reply = bench.answer(Outcome.ECHO_REPLY_V6, padded);
        assertArrayEquals(
                bench.answer(Outcome.ECHO_REPLY_V6, toUs(IPV6, echoV6ToUs(pattern(4)))), reply);
    }

    @Test
    void refusesWrongChecksums() {
        byte[] request = echoV6ToUs(pattern(56));
        for (int i = 42; i < request.length; i++) {
            bare.refuses(Outcome.BAD_ICMP_CHECKSUM, with(request, i, request[i] ^ 0x10));
        }
        bare.refuses(Outcome.BAD_ICMP_CHECKSUM, with(request, 20, 0x77));
    }

    @Test
    void answersItsOwnAddressesOnly() {
        byte[] payload = pattern(8);
        bare.refuses(
                Outcome.NOT_FOR_US,
                echoV6(PEER_V6, hex("fd000000000000000000000000123457"), payload));
        bare.refuses(
                Outcome.NOT_FOR_US,
                echoV6(PEER_V6, hex("fd000000000000010000000000123456"), payload));
        bare.refuses(Outcome.BROADCAST, echoV6(PEER_V6, Packets.ALL_NODES, payload));
        bare.refuses(Outcome.BROADCAST, echoV6(PEER_V6, Packets.SOLICITED_NODE, payload));
        byte[] group =
                Packets.ethernet(
                        Packets.SOLICITED_MAC, Packets.PEER_MAC, IPV6, echoV6ToUs(payload));
        bench.refuses(Outcome.BROADCAST, group);
    }

    @Test
    void refusesSourcesThatCannotBeAnswered() {
        for (byte[] source :
                new byte[][] {
                    Packets.NO_V6, Packets.ALL_NODES, OUR_V6, with(Packets.NO_V6, 15, 1)
                }) {
            bare.refuses(Outcome.BAD_SOURCE, echoV6(source, OUR_V6, pattern(8)));
        }
    }

    @Test
    void stepsOverHarmlessExtensionHeaders() {
        byte[] expected = expectedReply(pattern(8));
        byte[] padded = hex("3a00 0104 00000000");
        byte[] routed = hex("3a00 0400 00000000");
        byte[] longer = hex("3a01 000000 0109 000000000000000000");
        byte[] unknownButSkipped = hex("3a00 1e04 00000000");
        bare.answer(Outcome.ECHO_REPLY_V6, extended(HOP_BY_HOP, padded));
        for (byte[] header : new byte[][] {padded, longer, unknownButSkipped}) {
            byte[] reply =
                    bare.answer(Outcome.ECHO_REPLY_V6, extended(DESTINATION_OPTIONS, header));
            assertArrayEquals(expected, reply);
        }
        assertArrayEquals(expected, bare.answer(Outcome.ECHO_REPLY_V6, extended(ROUTING, routed)));
        byte[] chain = join(hex("2b00 0104 00000000"), hex("3c00 0400 00000000"), padded);
        assertArrayEquals(
                expected, bare.answer(Outcome.ECHO_REPLY_V6, extended(HOP_BY_HOP, chain)));
    }

    @Test
    void refusesExtensionHeadersThatDemandMore() {
        bare.refuses(Outcome.FRAGMENT, extended(FRAGMENT, hex("3a00 0001 00000001")));
        bare.refuses(Outcome.FRAGMENT, extended(FRAGMENT, hex("3a00 0100 00000001")));
        bare.refuses(Outcome.UNSUPPORTED_OPTION, extended(ROUTING, hex("3a00 0401 00000000")));
        bare.refuses(
                Outcome.UNSUPPORTED_OPTION,
                extended(DESTINATION_OPTIONS, hex("3a00 c204 00000000")));
        bare.refuses(Outcome.MALFORMED, extended(DESTINATION_OPTIONS, hex("3a00 0105 00000000")));
        bare.refuses(Outcome.MALFORMED, extended(DESTINATION_OPTIONS, hex("3a00 0103 00000001")));
        byte[] late = join(hex("0000 0104 00000000"), hex("3a00 0104 00000000"));
        bare.refuses(Outcome.MALFORMED, extended(DESTINATION_OPTIONS, late));
        bare.refuses(
                Outcome.TRUNCATED, ipv6(PEER_V6, OUR_V6, DESTINATION_OPTIONS, 61, hex("3aff0104")));
        bare.refuses(Outcome.TRUNCATED, extended(DESTINATION_OPTIONS, hex("3aff 0104 00000000")));
        bare.refuses(Outcome.OTHER_PROTOCOL, ipv6(PEER_V6, OUR_V6, 59, 61, new byte[0]));
    }

    @Test
    void leavesOtherMessagesAndProtocolsAlone() {
        byte[] reply = icmpV6(PEER_V6, OUR_V6, join(u16(129 * 256, 0, 1, 1), pattern(8)));
        bare.refuses(Outcome.OTHER_MESSAGE, ipv6(PEER_V6, OUR_V6, 58, 61, reply));
        byte[] coded = icmpV6(PEER_V6, OUR_V6, join(u16(128 * 256 + 1, 0, 1, 1), pattern(8)));
        bare.refuses(Outcome.OTHER_MESSAGE, ipv6(PEER_V6, OUR_V6, 58, 61, coded));
        bare.refuses(Outcome.OTHER_PROTOCOL, ipv6(PEER_V6, OUR_V6, 17, 61, new byte[8]));
    }

    @Test
    void refusesHeadersThatContradictThemselves() {
        byte[] request = echoV6ToUs(pattern(8));
        bench.refuses(Outcome.MALFORMED, toUs(IPV6, with(request, 0, 0x45)));
        bare.refuses(Outcome.TRUNCATED, with(request, 4, 0, 17));
        bare.refuses(Outcome.TRUNCATED, ipv6(PEER_V6, OUR_V6, 58, 61, new byte[7]));
    }
}
