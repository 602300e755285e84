package io.memif.examples.icmp;

import static io.memif.examples.icmp.Bytes.hex;
import static io.memif.examples.icmp.Bytes.join;
import static io.memif.examples.icmp.Bytes.slice;
import static io.memif.examples.icmp.Bytes.with;
import static io.memif.examples.icmp.Packets.IPV6;
import static io.memif.examples.icmp.Packets.NO_V6;
import static io.memif.examples.icmp.Packets.OUR_V6;
import static io.memif.examples.icmp.Packets.PEER_MAC;
import static io.memif.examples.icmp.Packets.PEER_V6;
import static io.memif.examples.icmp.Packets.SOLICITED_NODE;
import static io.memif.examples.icmp.Packets.ethernet;
import static io.memif.examples.icmp.Packets.icmpV6;
import static io.memif.examples.icmp.Packets.ipv6;
import static io.memif.examples.icmp.Packets.solicitation;
import static io.memif.examples.icmp.Packets.solicitationMessage;
import static io.memif.examples.icmp.Packets.sourceOption;
import static io.memif.examples.icmp.Packets.toUs;
import static io.memif.examples.icmp.Packets.usualSolicitation;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.api.Test;

class NeighbourResponderTest {
    private static final byte[] NONE = new byte[0];

    private final Bench bench = Bench.ethernet();
    private final Bench bare = Bench.ip();

    private static byte[] advertisement(byte[] destination, int flags, byte[] options) {
        byte[] message = with(solicitationMessage(OUR_V6, options), 0, 136);
        byte[] flagged = icmpV6(OUR_V6, destination, with(message, 4, flags));
        return with(ipv6(OUR_V6, destination, 58, 255, flagged), 0, 0x60, 0, 0, 0);
    }

    private static byte[] asked(byte[] source, byte[] destination, byte[] options) {
        return toUs(IPV6, solicitation(source, destination, 255, OUR_V6, options));
    }

    @Test
    void answersByteForByte() {
        byte[] ip = advertisement(PEER_V6, 0x60, join(hex("0201"), Packets.OUR_MAC));
        byte[] expected = ethernet(PEER_MAC, Packets.OUR_MAC, IPV6, ip);
        byte[] reply = bench.answer(Outcome.NEIGHBOUR_ADVERTISEMENT, usualSolicitation());
        assertArrayEquals(expected, reply);
    }

    @Test
    void answersWithoutTheSourceOptionAndToUnicast() {
        byte[] usual = bench.answer(Outcome.NEIGHBOUR_ADVERTISEMENT, usualSolicitation());
        byte[] multicast = asked(PEER_V6, SOLICITED_NODE, NONE);
        assertArrayEquals(usual, bench.answer(Outcome.NEIGHBOUR_ADVERTISEMENT, multicast));
        byte[] unicast = asked(PEER_V6, OUR_V6, NONE);
        assertArrayEquals(usual, bench.answer(Outcome.NEIGHBOUR_ADVERTISEMENT, unicast));
    }

    @Test
    void answersToTheLinkAddressOfTheOption() {
        byte[] request = asked(PEER_V6, SOLICITED_NODE, hex("0101 020000000077"));
        byte[] reply = bench.answer(Outcome.NEIGHBOUR_ADVERTISEMENT, request);
        assertArrayEquals(hex("020000000077"), slice(reply, 0, 6));
    }

    @Test
    void answersDuplicateAddressProbesToAllNodes() {
        byte[] ip = advertisement(Packets.ALL_NODES, 0x20, join(hex("0201"), Packets.OUR_MAC));
        byte[] expected = ethernet(hex("333300000001"), Packets.OUR_MAC, IPV6, ip);
        byte[] reply = bench.answer(Outcome.NEIGHBOUR_ADVERTISEMENT, Packets.duplicateProbe());
        assertArrayEquals(expected, reply);
    }

    @Test
    void hasNoLinkAddressInIpMode() {
        byte[] request = solicitation(PEER_V6, SOLICITED_NODE, 255, OUR_V6, NONE);
        byte[] reply = bare.answer(Outcome.NEIGHBOUR_ADVERTISEMENT, request);
        assertArrayEquals(advertisement(PEER_V6, 0x60, NONE), reply);
        byte[] probe = solicitation(NO_V6, SOLICITED_NODE, 255, OUR_V6, NONE);
        assertArrayEquals(
                advertisement(Packets.ALL_NODES, 0x20, NONE),
                bare.answer(Outcome.NEIGHBOUR_ADVERTISEMENT, probe));
    }

    @Test
    void stepsOverOtherOptions() {
        byte[] nonce = hex("0e01 010203040506");
        byte[] longer = hex("0e02 0102030405060000000000000000");
        byte[] usual = bench.answer(Outcome.NEIGHBOUR_ADVERTISEMENT, usualSolicitation());
        byte[] request = asked(PEER_V6, SOLICITED_NODE, join(nonce, longer, sourceOption()));
        assertArrayEquals(usual, bench.answer(Outcome.NEIGHBOUR_ADVERTISEMENT, request));
        bench.answer(Outcome.NEIGHBOUR_ADVERTISEMENT, asked(NO_V6, SOLICITED_NODE, nonce));
    }

    @Test
    void refusesEveryOtherHopLimit() {
        for (int hopLimit : new int[] {0, 1, 64, 254}) {
            byte[] far = solicitation(PEER_V6, SOLICITED_NODE, hopLimit, OUR_V6, sourceOption());
            bench.refuses(Outcome.MALFORMED, toUs(IPV6, far));
        }
    }

    @Test
    void refusesBrokenOptions() {
        for (String options :
                new String[] {
                    "0100 020000000077",
                    "0102 020000000077",
                    "0e",
                    "0e01 01020304",
                    "0e00 010203040506",
                    "0101 010000000077",
                    "0102 020000000077 0000000000000000"
                }) {
            bench.refuses(Outcome.MALFORMED, asked(PEER_V6, SOLICITED_NODE, hex(options)));
        }
    }

    @Test
    void refusesIllFormedProbes() {
        bench.refuses(Outcome.MALFORMED, asked(NO_V6, SOLICITED_NODE, sourceOption()));
        bench.refuses(Outcome.MALFORMED, asked(NO_V6, OUR_V6, NONE));
    }

    @Test
    void refusesUnusableSources() {
        bench.refuses(Outcome.BAD_SOURCE, asked(OUR_V6, SOLICITED_NODE, NONE));
        bench.refuses(Outcome.BAD_SOURCE, asked(Packets.ALL_NODES, SOLICITED_NODE, NONE));
    }

    @Test
    void leavesOtherTargetsToOthers() {
        byte[] other = with(OUR_V6, 0, 0xfc);
        byte[] sameGroup = solicitation(PEER_V6, SOLICITED_NODE, 255, other, sourceOption());
        bench.refuses(Outcome.NOT_FOR_US, toUs(IPV6, sameGroup));
        byte[] multicast = solicitation(PEER_V6, SOLICITED_NODE, 255, SOLICITED_NODE, NONE);
        bench.refuses(Outcome.NOT_FOR_US, toUs(IPV6, multicast));
        bench.refuses(Outcome.BROADCAST, asked(PEER_V6, Packets.ALL_NODES, sourceOption()));
    }

    @Test
    void refusesWrongChecksumsAndCodes() {
        byte[] request = usualSolicitation();
        bench.refuses(Outcome.BAD_ICMP_CHECKSUM, with(request, 56, request[56] ^ 1));
        byte[] coded = with(solicitationMessage(OUR_V6, NONE), 1, 1);
        byte[] message = icmpV6(PEER_V6, OUR_V6, coded);
        bench.refuses(Outcome.OTHER_MESSAGE, toUs(IPV6, ipv6(PEER_V6, OUR_V6, 58, 255, message)));
    }

    @Test
    void refusesShortMessages() {
        byte[] message = icmpV6(PEER_V6, OUR_V6, slice(solicitationMessage(OUR_V6, NONE), 0, 23));
        bench.refuses(Outcome.TRUNCATED, toUs(IPV6, ipv6(PEER_V6, OUR_V6, 58, 255, message)));
    }
}
