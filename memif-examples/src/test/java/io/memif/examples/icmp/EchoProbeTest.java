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
