package io.memif.examples.icmp;

import static io.memif.examples.icmp.Bytes.join;
import static io.memif.examples.icmp.Bytes.pattern;
import static io.memif.examples.icmp.Bytes.slice;
import static io.memif.examples.icmp.Packets.IPV4;
import static io.memif.examples.icmp.Packets.IPV6;
import static io.memif.examples.icmp.Packets.echoToUs;
import static io.memif.examples.icmp.Packets.echoV6ToUs;
import static io.memif.examples.icmp.Packets.tagged;
import static io.memif.examples.icmp.Packets.toUs;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VlanAndTruncationTest {
    private static final int[][] TAGS = {
        {0x8100, 0x2064}, {0x88a8, 0x0fff, 0x8100, 0xe001}, {0x9100, 5}, {0x8100, 1, 0x8100, 2}
    };

    private final Bench bench = Bench.ethernet();

    private static Map<byte[], Outcome> requests() {
        Map<byte[], Outcome> requests = new LinkedHashMap<>();
        requests.put(Packets.usualArp(), Outcome.ARP_REPLY);
        requests.put(toUs(IPV4, echoToUs(pattern(56))), Outcome.ECHO_REPLY);
        requests.put(toUs(IPV6, echoV6ToUs(pattern(56))), Outcome.ECHO_REPLY_V6);
        requests.put(Packets.usualSolicitation(), Outcome.NEIGHBOUR_ADVERTISEMENT);
        requests.put(Packets.duplicateProbe(), Outcome.NEIGHBOUR_ADVERTISEMENT);
        return requests;
    }

    @Test
    void answersKeepTheTags() {
        for (int[] tags : TAGS) {
            requests()
                    .forEach(
                            (request, kind) -> {
                                byte[] expected = tagged(bench.answer(kind, request), tags);
                                byte[] reply = bench.answer(kind, tagged(request, tags));
                                assertArrayEquals(expected, reply);
                            });
        }
    }

    @Test
    void leavesThreeTagsAlone() {
        byte[] request = tagged(Packets.usualArp(), 0x8100, 1, 0x8100, 2, 0x8100, 3);
        bench.refuses(Outcome.OTHER_PROTOCOL, request);
    }

    @Test
    void everyCutOffRequestIsRefused() {
        requests()
                .forEach(
                        (request, kind) -> {
                            for (int length = 0; length < request.length; length++) {
                                bench.refuses(Outcome.TRUNCATED, slice(request, 0, length));
                            }
                        });
        byte[] stacked = tagged(Packets.usualArp(), TAGS[1]);
        for (int length = 0; length < stacked.length; length++) {
            bench.refuses(Outcome.TRUNCATED, slice(stacked, 0, length));
        }
    }

    @Test
    void everyCutOffBareRequestIsRefused() {
        Bench bare = Bench.ip();
        for (byte[] request : new byte[][] {echoToUs(pattern(56)), echoV6ToUs(pattern(56))}) {
            for (int length = 0; length < request.length; length++) {
                bare.refuses(Outcome.TRUNCATED, slice(request, 0, length));
            }
        }
    }

    @Test
    void neverReadsBeyondThePacket() {
        // What follows the packet in the buffer would complete it.
        byte[] request = toUs(IPV4, echoToUs(pattern(56)));
        bench.answer(Outcome.ECHO_REPLY, request);
        bench.refuses(Outcome.TRUNCATED, slice(request, 0, request.length - 1));
        assertFalse(bench.examine(slice(request, 0, 13)).isReply());
    }

    @Test
    void paddingToTheShortestEthernetFrameIsDropped() {
        requests()
                .forEach(
                        (request, kind) -> {
                            byte[] expected = bench.answer(kind, request);
                            byte[] padded = join(request, pattern(60));
                            assertArrayEquals(expected, bench.answer(kind, padded));
                        });
    }
}
