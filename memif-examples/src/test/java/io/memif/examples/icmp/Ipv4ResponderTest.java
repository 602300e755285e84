package io.memif.examples.icmp;

import static io.memif.examples.icmp.Bytes.at16;
import static io.memif.examples.icmp.Bytes.hex;
import static io.memif.examples.icmp.Bytes.join;
import static io.memif.examples.icmp.Bytes.pattern;
import static io.memif.examples.icmp.Bytes.with;
import static io.memif.examples.icmp.Packets.IPV4;
import static io.memif.examples.icmp.Packets.OUR_IP;
import static io.memif.examples.icmp.Packets.PEER_IP;
import static io.memif.examples.icmp.Packets.echo;
import static io.memif.examples.icmp.Packets.echoToUs;
import static io.memif.examples.icmp.Packets.icmp;
import static io.memif.examples.icmp.Packets.ipv4;
import static io.memif.examples.icmp.Packets.toUs;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Ipv4ResponderTest {
    private final Bench bench = Bench.ethernet();
    private final Bench bare = Bench.ip();

    private static byte[] optioned(String options) {
        return ipv4(PEER_IP, OUR_IP, 0, 55, 1, hex(options), echo(pattern(56)));
    }

    private static byte[] from(String source) {
        return ipv4(hex(source), OUR_IP, 1, echo(pattern(56)));
    }

    private static byte[] to(String destination) {
        return ipv4(PEER_IP, hex(destination), 1, echo(pattern(56)));
    }

    private static byte[] expectedReply(byte[] payload) {
        byte[] message = icmp(0, 0, 0x1234, 7, payload);
        return ipv4(OUR_IP, PEER_IP, 0x4000, 64, 1, new byte[0], message);
    }

    @Test
    void answersByteForByte() {
        byte[] request =
                hex(
                        """
                        02fe00000001 02aabbccddee 0800
                        4500 0020 0001 0000 2001 1789 c0a80101 c0a80102
                        0800 2104 1234 0001 61626364
                        """);
        byte[] reply =
                hex(
                        """
                        02aabbccddee 02fe00000001 0800
                        4500 0020 0001 0000 4001 f788 c0a80102 c0a80101
                        0000 2904 1234 0001 61626364
                        """);
        assertArrayEquals(reply, bench.answer(Outcome.ECHO_REPLY, request));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 7, 8, 9, 56, 57, 1472, 1473, 8972, 9000, 65_506, 65_507})
    void copiesPayloadOfAnyLength(int length) {
        byte[] reply = bare.answer(Outcome.ECHO_REPLY, echoToUs(pattern(length)));
        assertArrayEquals(expectedReply(pattern(length)), reply);
        byte[] framed = bench.answer(Outcome.ECHO_REPLY, toUs(IPV4, echoToUs(pattern(length))));
        assertArrayEquals(Packets.ethernet(Packets.PEER_MAC, Packets.OUR_MAC, IPV4, reply), framed);
    }

    @Test
    void worksInBuffersOfEitherByteOrder() {
        Bench bigEndian = Bench.ethernet(ByteOrder.BIG_ENDIAN);
        byte[] request = toUs(IPV4, echoToUs(pattern(333)));
        byte[] reply = bench.answer(Outcome.ECHO_REPLY, request);
        assertArrayEquals(reply, bigEndian.answer(Outcome.ECHO_REPLY, request));
    }

    @Test
    void checksumsAgreeForEveryValueOfAWord() {
        for (int id = 0; id <= 0xffff; id++) {
            byte[] message = icmp(8, 0, id, 0, new byte[0]);
            byte[] reply = bare.answer(Outcome.ECHO_REPLY, ipv4(PEER_IP, OUR_IP, 1, message));
            assertEquals(at16(icmp(0, 0, id, 0, new byte[0]), 2), at16(reply, 22), "id=" + id);
        }
    }

    @Test
    void checksumOfAnAnswerOfZerosIsNotZero() {
        byte[] message = icmp(8, 0, 0, 0, new byte[100]);
        byte[] reply = bare.answer(Outcome.ECHO_REPLY, ipv4(PEER_IP, OUR_IP, 1, message));
        assertEquals(0xffff, at16(reply, 22));
    }

    @Test
    void headerChecksumAgreesForEveryTtl() {
        for (int ttl = 0; ttl <= 255; ttl++) {
            byte[] request = ipv4(PEER_IP, OUR_IP, 0x4000, ttl, 1, new byte[0], echo(pattern(8)));
            byte[] reply = bare.answer(Outcome.ECHO_REPLY, request);
            assertArrayEquals(expectedReply(pattern(8)), reply, "ttl=" + ttl);
        }
    }

    @Test
    void dropsPaddingBehindThePacket() {
        byte[] padded = join(toUs(IPV4, echoToUs(pattern(4))), pattern(14));
        byte[] reply = bench.answer(Outcome.ECHO_REPLY, padded);
        assertArrayEquals(
                bench.answer(Outcome.ECHO_REPLY, toUs(IPV4, echoToUs(pattern(4)))), reply);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "01010101",
                "00ffffff",
                "0101010100000000",
                "070b0400000000000000000000000000",
                "94040000",
                "440c0500000000000000000000000000"
            })
    void answersWithoutTheOptions(String options) {
        byte[] reply = bare.answer(Outcome.ECHO_REPLY, optioned(options));
        byte[] message = icmp(0, 0, 0x1234, 7, pattern(56));
        assertArrayEquals(ipv4(OUR_IP, PEER_IP, 0, 64, 1, new byte[0], message), reply);
    }

    @Test
    void refusesSourceRoutesAndBrokenOptions() {
        bare.refuses(Outcome.UNSUPPORTED_OPTION, optioned("8307040a00000100"));
        bare.refuses(Outcome.UNSUPPORTED_OPTION, optioned("018907040a000001"));
        bare.refuses(Outcome.MALFORMED, optioned("01010107"));
        bare.refuses(Outcome.MALFORMED, optioned("07000000"));
        bare.refuses(Outcome.MALFORMED, optioned("07010000"));
        bare.refuses(Outcome.MALFORMED, optioned("07050000"));
    }

    @Test
    void refusesWrongChecksums() {
        byte[] request = echoToUs(pattern(56));
        for (int i = 0; i < request.length; i++) {
            if (i == 0 || i == 2 || i == 3) {
                continue; // version and lengths are complained about first
            }
            byte[] changed = with(request, i, request[i] ^ 0x10);
            Outcome reason = i < 20 ? Outcome.BAD_IP_CHECKSUM : Outcome.BAD_ICMP_CHECKSUM;
            bare.refuses(i == 20 || i == 21 ? Outcome.OTHER_MESSAGE : reason, changed);
        }
    }

    @Test
    void refusesFragments() {
        for (int fragment : new int[] {0x2000, 0x0001, 0x1fff, 0x3000}) {
            byte[] part = ipv4(PEER_IP, OUR_IP, fragment, 55, 1, new byte[0], echo(pattern(56)));
            bare.refuses(Outcome.FRAGMENT, part);
        }
    }

    @Test
    void answersItsOwnAddressesOnly() {
        bare.answer(Outcome.ECHO_REPLY, to("0a000001"));
        bare.refuses(Outcome.NOT_FOR_US, to("c0a80103"));
        bare.refuses(Outcome.NOT_FOR_US, to("0a000000"));
        bare.refuses(Outcome.NOT_FOR_US, to("7f000001"));
        bare.refuses(Outcome.BROADCAST, to("c0a801ff"));
        bare.refuses(Outcome.BROADCAST, to("c0a80100"));
        bare.refuses(Outcome.BROADCAST, to("ffffffff"));
        bare.refuses(Outcome.BROADCAST, to("e0000001"));
        bare.refuses(Outcome.BROADCAST, to("efffffff"));
    }

    @Test
    void refusesLinkLayerBroadcastAndOtherAddresses() {
        byte[] request = echoToUs(pattern(56));
        byte[] broadcast = Packets.ethernet(Packets.BROADCAST_MAC, Packets.PEER_MAC, IPV4, request);
        bench.refuses(Outcome.BROADCAST, broadcast);
        bench.refuses(Outcome.NOT_FOR_US, with(broadcast, 0, 2, 0xfe, 0, 0, 0, 2));
    }

    @Test
    void refusesSourcesThatCannotBeAnswered() {
        bare.answer(Outcome.ECHO_REPLY, from("08080808"));
        for (String source :
                new String[] {
                    "00000000",
                    "7f000001",
                    "e0000001",
                    "f0000001",
                    "ffffffff",
                    "c0a801ff",
                    "c0a80100",
                    "c0a80102",
                    "0a000001"
                }) {
            bare.refuses(Outcome.BAD_SOURCE, from(source));
        }
    }

    @Test
    void leavesOtherMessagesAndProtocolsAlone() {
        bare.refuses(
                Outcome.OTHER_MESSAGE, ipv4(PEER_IP, OUR_IP, 1, icmp(0, 0, 1, 1, new byte[8])));
        bare.refuses(
                Outcome.OTHER_MESSAGE, ipv4(PEER_IP, OUR_IP, 1, icmp(8, 1, 1, 1, new byte[8])));
        bare.refuses(
                Outcome.OTHER_MESSAGE, ipv4(PEER_IP, OUR_IP, 1, icmp(13, 0, 1, 1, new byte[12])));
        bare.refuses(Outcome.OTHER_PROTOCOL, ipv4(PEER_IP, OUR_IP, 17, new byte[8]));
        bare.refuses(Outcome.OTHER_PROTOCOL, hex("55000000"));
        bench.refuses(Outcome.OTHER_PROTOCOL, toUs(0x88cc, new byte[46]));
        bench.refuses(Outcome.OTHER_PROTOCOL, toUs(46, new byte[46]));
    }

    @Test
    void refusesHeadersThatContradictThemselves() {
        byte[] request = echoToUs(pattern(56));
        bench.refuses(Outcome.MALFORMED, toUs(IPV4, with(request, 0, 0x65)));
        bare.refuses(Outcome.MALFORMED, with(request, 0, 0x44));
        bare.refuses(Outcome.MALFORMED, with(request, 2, 0, 19));
        bare.refuses(Outcome.TRUNCATED, with(request, 2, 0, 85));
        bare.refuses(Outcome.TRUNCATED, with(request, 2, 0xff, 0xff));
        bare.refuses(Outcome.TRUNCATED, ipv4(PEER_IP, OUR_IP, 1, new byte[7]));
    }
}
