package io.memif.examples.icmp;

import static io.memif.examples.icmp.Bytes.hex;
import static io.memif.examples.icmp.Bytes.join;
import static io.memif.examples.icmp.Bytes.slice;
import static io.memif.examples.icmp.Bytes.with;
import static io.memif.examples.icmp.Packets.ARP;
import static io.memif.examples.icmp.Packets.arp;
import static io.memif.examples.icmp.Packets.ethernet;
import static io.memif.examples.icmp.Packets.toUs;
import static io.memif.examples.icmp.Packets.usualArp;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.api.Test;

class ArpResponderTest {
    private final Bench bench = Bench.ethernet();

    private static byte[] asked(byte[] senderIp, byte[] targetIp) {
        return ethernet(Packets.BROADCAST_MAC, Packets.PEER_MAC, ARP, arp(1, senderIp, targetIp));
    }

    @Test
    void answersByteForByte() {
        byte[] expected =
                hex(
                        """
                        02aabbccddee 02fe00000001 0806
                        0001 0800 06 04 0002
                        02fe00000001 c0a80102
                        02aabbccddee c0a80101
                        """);
        assertArrayEquals(expected, bench.answer(Outcome.ARP_REPLY, usualArp()));
    }

    @Test
    void answersUnicastRequestsAndTheSecondAddress() {
        byte[] request = toUs(ARP, arp(1, Packets.PEER_IP, Packets.OUR_SECOND_IP));
        byte[] reply = bench.answer(Outcome.ARP_REPLY, request);
        assertArrayEquals(Packets.OUR_SECOND_IP, slice(reply, 28, 32));
    }

    @Test
    void answersProbesOfAnAskerWithoutAddress() {
        byte[] reply = bench.answer(Outcome.ARP_REPLY, asked(Packets.NO_IP, Packets.OUR_IP));
        assertArrayEquals(Packets.NO_IP, slice(reply, 38, 42));
        assertArrayEquals(Packets.PEER_MAC, slice(reply, 0, 6));
    }

    @Test
    void ignoresPadding() {
        byte[] reply = bench.answer(Outcome.ARP_REPLY, join(usualArp(), new byte[18]));
        assertArrayEquals(bench.answer(Outcome.ARP_REPLY, usualArp()), reply);
    }

    @Test
    void leavesOtherAddressesToOthers() {
        bench.refuses(Outcome.NOT_FOR_US, asked(Packets.PEER_IP, hex("c0a80103")));
        bench.refuses(Outcome.NOT_FOR_US, asked(Packets.PEER_IP, hex("c0a801ff")));
        byte[] toOther =
                ethernet(hex("02fe00000002"), Packets.PEER_MAC, ARP, slice(usualArp(), 14, 42));
        bench.refuses(Outcome.NOT_FOR_US, toOther);
    }

    @Test
    void refusesUnusableSenders() {
        bench.refuses(Outcome.BAD_SOURCE, asked(Packets.OUR_IP, Packets.OUR_IP));
        bench.refuses(Outcome.BAD_SOURCE, asked(Packets.OUR_SECOND_IP, Packets.OUR_IP));
        bench.refuses(Outcome.BAD_SOURCE, asked(hex("e0000001"), Packets.OUR_IP));
        bench.refuses(Outcome.BAD_SOURCE, asked(hex("ffffffff"), Packets.OUR_IP));
        bench.refuses(Outcome.BAD_SOURCE, asked(hex("c0a801ff"), Packets.OUR_IP));
        bench.refuses(Outcome.BAD_SOURCE, with(usualArp(), 22, 0xff));
        bench.refuses(Outcome.BAD_SOURCE, with(usualArp(), 6, 0x33));
        bench.refuses(Outcome.BAD_SOURCE, with(usualArp(), 6, 0x02, 0xfe, 0, 0, 0, 1));
    }

    @Test
    void ignoresReplies() {
        byte[] reply = toUs(ARP, arp(2, Packets.PEER_IP, Packets.OUR_IP));
        bench.refuses(Outcome.OTHER_MESSAGE, reply);
    }

    @Test
    void refusesOtherHardwareAndProtocols() {
        for (int field : new int[] {15, 17, 18, 19}) {
            byte[] changed = usualArp();
            changed[field] ^= 2;
            bench.refuses(Outcome.MALFORMED, changed);
        }
    }

    @Test
    void isUnknownWithoutEthernet() {
        Bench.ip().refuses(Outcome.OTHER_PROTOCOL, arp(1, Packets.PEER_IP, Packets.OUR_IP));
    }
}
