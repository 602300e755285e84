package io.memif.examples.icmp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.examples.icmp.EchoProbe.Reply;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The asking side against the answering side. */
class EchoProbeTest {
    private static final int CAPACITY = 66_000;
    private static final int ID = 0x1_2345;

    private final MacAddress ownMac = MacAddress.parseUnicast("02:00:00:00:00:01");
    private final MacAddress peerMac = MacAddress.parseUnicast("02:00:00:00:00:02");
    private final ByteBuffer request = buffer();
    private final ByteBuffer reply = buffer();

    private static ByteBuffer buffer() {
        return ByteBuffer.allocateDirect(CAPACITY).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static OwnAddresses owner(String address) {
        return new OwnAddresses(List.of(IpPrefix.parse(address)));
    }

    private EchoProbe probe(boolean ethernet, String source, String target, int size) {
        IpAddress from = IpAddress.parse(source);
        IpAddress to = IpAddress.parse(target);
        return ethernet
                ? EchoProbe.ethernet(ownMac, from, to, ID, size)
                : EchoProbe.ip(from, to, ID, size);
    }

    private Responder responder(boolean ethernet, String target) {
        return ethernet ? Responder.ethernet(peerMac, owner(target)) : Responder.ip(owner(target));
    }

    /** Passes what stands in the request buffer through the responder, back into the probe. */
    private Reply exchange(EchoProbe probe, Responder responder, int length) {
        assertTrue(responder.examine(request, 0, length).isReply());
        responder.write(reply, 0);
        return probe.examine(reply, 0, responder.replyLength());
    }

    private void resolve(EchoProbe probe, Responder responder) {
        if (!probe.isResolved()) {
            int length = probe.writeSolicitation(request, 0);
            assertEquals(Reply.NEIGHBOUR, exchange(probe, responder, length));
        }
        assertTrue(probe.isResolved());
    }

    @ParameterizedTest
    @CsvSource({
        "true,192.168.1.1,192.168.1.2,0",
        "true,192.168.1.1,192.168.1.2,56",
        "true,192.168.1.1,192.168.1.2,65507",
        "false,192.168.1.1,192.168.1.2,57",
        "true,fd00::1,fd00::2,0",
        "true,fd00::1,fd00::2,56",
        "true,fd00::1,fd00::2,65527",
        "false,fd00::1,fd00::2,57"
    })
    void asksAndRecognisesTheAnswer(boolean ethernet, String source, String target, int size) {
        EchoProbe probe = probe(ethernet, source, target, size);
        Responder responder = responder(ethernet, target);
        assertEquals(!ethernet, probe.isResolved());
        resolve(probe, responder);
        for (int sequence : new int[] {0, 1, 0xffff}) {
            probe.writeRequest(request, 0, sequence);
            assertEquals(Reply.INTACT, exchange(probe, responder, probe.requestLength()));
            assertEquals(sequence, probe.sequence());
            assertEquals(64, probe.ttl());
        }
    }

    @ParameterizedTest
    @CsvSource({"192.168.1.1,192.168.1.2,34", "fd00::1,fd00::2,54"})
    void tellsDamageApart(String source, String target, int icmp) {
        EchoProbe probe = probe(true, source, target, 56);
        Responder responder = responder(true, target);
        resolve(probe, responder);
        probe.writeRequest(request, 0, 7);
        assertEquals(Reply.INTACT, exchange(probe, responder, probe.requestLength()));
        int length = probe.requestLength();
        byte good = reply.get(icmp + 20);
        reply.put(icmp + 20, (byte) (good + 1));
        assertEquals(Reply.BAD_CHECKSUM, probe.examine(reply, 0, length));
        // Moves the difference from one word to another, which no checksum notices.
        reply.put(icmp + 22, (byte) (reply.get(icmp + 22) - 1));
        assertEquals(Reply.CORRUPTED, probe.examine(reply, 0, length));
        assertEquals(7, probe.sequence());
    }

    @ParameterizedTest
    @CsvSource({"192.168.1.1,192.168.1.2,38", "fd00::1,fd00::2,58"})
    void leavesOthersRepliesAlone(String source, String target, int idAt) {
        EchoProbe probe = probe(true, source, target, 56);
        Responder responder = responder(true, target);
        resolve(probe, responder);
        probe.writeRequest(request, 0, 7);
        int length = probe.requestLength();
        assertEquals(Reply.NONE, probe.examine(request, 0, length), "its own request");
        assertEquals(Reply.INTACT, exchange(probe, responder, length));
        reply.put(idAt, (byte) 0x77);
        assertEquals(Reply.NONE, probe.examine(reply, 0, length));
    }

    /** An error that cites the request, behind headers of its own; from a router. */
    private int writeErrorV4(int requestLength, int typeAndCode, int value) {
        int cited = Math.min(requestLength - 14, 28);
        ByteBuffer out = reply.clear();
        Wire.putMac(out, 0, ownMac.bits());
        Wire.putMac(out, 6, peerMac.bits());
        Wire.put16(out, 12, 0x0800);
        out.put(14, request, 14, 20);
        Wire.put16(out, 16, 28 + cited);
        Wire.put32(out, 26, (int) IpAddress.parse("192.168.1.254").low());
        Wire.put32(out, 30, Wire.i32(request, 26));
        Wire.put16(out, 24, 0);
        Wire.put16(out, 24, Checksum.of(Checksum.sum(out, 14, 20)));
        Wire.put16(out, 34, typeAndCode);
        Wire.put16(out, 36, 0);
        Wire.put32(out, 38, value);
        out.put(42, request, 14, cited);
        Wire.put16(out, 36, Checksum.of(Checksum.sum(out, 34, 8 + cited)));
        return 42 + cited;
    }

    /** The same with IPv6. */
    private int writeErrorV6(int requestLength, int typeAndCode, int value) {
        int cited = requestLength - 14;
        IpAddress router = IpAddress.parse("fd00::fe");
        ByteBuffer out = reply.clear();
        out.put(0, request, 0, 54);
        Wire.putMac(out, 0, ownMac.bits());
        Wire.putMac(out, 6, peerMac.bits());
        Wire.put16(out, 18, 8 + cited);
        Ipv6Header.writeAddress(out, 22, router.high(), router.low());
        Ipv6Header.writeAddress(out, 38, Wire.i64(request, 22), Wire.i64(request, 30));
        Wire.put16(out, 54, typeAndCode);
        Wire.put16(out, 56, 0);
        Wire.put32(out, 58, value);
        out.put(62, request, 14, cited);
        long sum =
                Checksum.pseudoHeader(
                                router.high(),
                                router.low(),
                                Wire.i64(request, 22),
                                Wire.i64(request, 30),
                                8 + cited,
                                58)
                        + Checksum.sum(out, 54, 8 + cited);
        Wire.put16(out, 56, Checksum.of(sum));
        return 62 + cited;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "3|0|0|Destination Net Unreachable",
                "3|4|1400|Frag needed and DF set (mtu = 1400)",
                "3|15|0|Precedence Cutoff",
                "3|16|0|Dest Unreachable, Bad Code: 16",
                "11|0|0|Time to live exceeded",
                "11|1|0|Frag reassembly time exceeded",
                "11|2|0|Time exceeded, Bad Code: 2",
                "12|0|335544320|Parameter problem: pointer = 20"
            })
    void errorsAreReadV4(int type, int code, int value, String text) {
        EchoProbe probe = probe(true, "192.168.1.1", "192.168.1.2", 56);
        resolve(probe, responder(true, "192.168.1.2"));
        probe.writeRequest(request, 0, 7);
        int length = writeErrorV4(probe.requestLength(), type << 8 | code, value);
        assertEquals(Reply.ERROR, probe.examine(reply, 0, length));
        assertEquals(7, probe.sequence());
        assertEquals("192.168.1.254", probe.errorSource().toString());
        assertEquals(text, probe.errorText());
        assertEquals(Reply.NONE, probe.examine(reply, 0, length - 1), "cut");
        reply.put(46, (byte) 0x77);
        assertEquals(Reply.NONE, probe.examine(reply, 0, length), "a wrong checksum");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1|0|0|Destination unreachable: No route",
                "1|4|0|Destination unreachable: Port unreachable",
                "1|5|0|Destination unreachable: Unknown code 5",
                "2|0|1280|Packet too big: mtu=1280",
                "3|0|0|Time exceeded: Hop limit",
                "3|1|0|Time exceeded: Defragmentation failure",
                "4|1|6|Parameter problem: Unknown header at 6"
            })
    void errorsAreReadV6(int type, int code, int value, String text) {
        EchoProbe probe = probe(true, "fd00::1", "fd00::2", 56);
        resolve(probe, responder(true, "fd00::2"));
        probe.writeRequest(request, 0, 7);
        int length = writeErrorV6(probe.requestLength(), type << 8 | code, value);
        assertEquals(Reply.ERROR, probe.examine(reply, 0, length));
        assertEquals(7, probe.sequence());
        assertEquals("fd00::fe", probe.errorSource().toString());
        assertEquals(text, probe.errorText());
        reply.put(115, (byte) 0x77);
        assertEquals(Reply.NONE, probe.examine(reply, 0, length), "a wrong checksum");
    }

    @Test
    void errorsAboutOthersPacketsAreLeftAlone() {
        EchoProbe other = probe(true, "192.168.1.1", "192.168.1.3", 56);
        resolve(other, responder(true, "192.168.1.3"));
        other.writeRequest(request, 0, 7);
        int length = writeErrorV4(other.requestLength(), 3 << 8, 0);
        assertEquals(Reply.ERROR, other.examine(reply, 0, length));
        EchoProbe probe = probe(true, "192.168.1.1", "192.168.1.2", 56);
        assertEquals(Reply.NONE, probe.examine(reply, 0, length));
    }

    @Test
    void isNotResolvedByOthersAnswers() {
        EchoProbe probe = probe(true, "192.168.1.1", "192.168.1.2", 56);
        EchoProbe other = probe(true, "192.168.1.1", "192.168.1.3", 56);
        int length = other.writeSolicitation(request, 0);
        assertEquals(Reply.NONE, exchange(probe, responder(true, "192.168.1.3"), length));
        assertFalse(probe.isResolved());
    }

    @Test
    void neverThrowsOnDamagedPackets() {
        Random random = new Random(4_711);
        for (String version : new String[] {"192.168.1.", "fd00::"}) {
            EchoProbe probe = probe(true, version + 1, version + 2, 56);
            Responder responder = responder(true, version + 2);
            resolve(probe, responder);
            for (int round = 0; round < 100_000; round++) {
                int length = probe.writeSolicitation(request, 0);
                // Damaged advertisements may have told it a wrong link address.
                assertEquals(Reply.NEIGHBOUR, exchange(probe, responder, length));
                if (random.nextBoolean()) {
                    probe.writeRequest(request, 0, round & 0xffff);
                    length = probe.requestLength();
                    assertEquals(Reply.INTACT, exchange(probe, responder, length));
                }
                if (round % 4 == 0) {
                    int code = random.nextInt(6) << 8;
                    probe.writeRequest(request, 0, round & 0xffff);
                    length =
                            version.startsWith("fd")
                                    ? writeErrorV6(probe.requestLength(), code, round)
                                    : writeErrorV4(probe.requestLength(), code, round);
                }
                for (int i = random.nextInt(5); i > 0; i--) {
                    reply.put(random.nextInt(length), (byte) random.nextInt());
                }
                probe.examine(reply, 0, random.nextInt(length + 8));
            }
        }
    }

    @Test
    void refusesToMixIpVersions() {
        assertThrows(
                IllegalArgumentException.class, () -> probe(true, "192.168.1.1", "fd00::2", 56));
    }
}
