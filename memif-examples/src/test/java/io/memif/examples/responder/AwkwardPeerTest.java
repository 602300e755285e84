package io.memif.examples.responder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.InterfaceConfig;
import io.memif.MemifInterface;
import io.memif.MemifSocket;
import io.memif.Mode;
import io.memif.Role;
import io.memif.SocketConfig;
import io.memif.TxQueue;
import io.memif.examples.CommandRun;
import io.memif.examples.icmp.EchoProbe;
import io.memif.examples.icmp.IpAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The responder against peers that ping would never be. */
@Timeout(60)
class AwkwardPeerTest {
    private static final long LINK_WAIT_NS = TimeUnit.SECONDS.toNanos(10);

    @TempDir Path directory;

    private final ByteBuffer packet = ByteBuffer.allocateDirect(2048);

    /** Lets go of the last packet's memory when a test is over, so that it can be unmapped. */
    private EchoProbe probe =
            EchoProbe.ip(IpAddress.parse("192.168.1.1"), IpAddress.parse("192.168.1.2"), 1, 56);

    @AfterEach
    void forgetLastPacket() {
        probe = null;
    }

    private String socket() {
        return directory.resolve("memif.sock").toString();
    }

    private MemifSocket openSocket() {
        return MemifSocket.open(SocketConfig.builder().address(socket()).build());
    }

    private static InterfaceConfig.Builder slave() {
        return InterfaceConfig.builder().role(Role.SLAVE).mode(Mode.IP);
    }

    private void send(MemifInterface itf, int queue, int sequence) {
        probe.writeRequest(packet, 0, sequence);
        TxQueue tx = itf.txQueue(queue);
        while (tx.offer(packet, 0, probe.requestLength()) == TxQueue.BACK_PRESSURED) {
            keepTrying();
        }
        tx.flush();
    }

    private static void keepTrying() {
        assertFalse(Thread.interrupted(), "timed out");
        Thread.onSpinWait();
    }

    private void receive(MemifInterface itf, BitSet seen) {
        keepTrying();
        itf.rxQueue(0).poll((buffer, at, length, flags) -> note(seen, buffer, at, length), 8);
    }

    /** Three rings towards the responder share the only one back: no answer may be lost. */
    @Test
    void answersSeveralQueuesOnOne() throws Exception {
        String options = "icmp-responder --role master --mode ip --queues 3 --socket " + socket();
        InterfaceConfig config = slave().s2mRings(3).m2sRings(1).ringSize(64).build();
        int requests = 3_000;
        try (CommandRun responder = CommandRun.startWords(options);
                MemifSocket own = openSocket();
                MemifInterface itf = own.addInterface(config)) {
            assertTrue(itf.awaitConnected(Duration.ofNanos(LINK_WAIT_NS)));
            BitSet seen = new BitSet();
            for (int sent = 0; seen.cardinality() < requests; ) {
                if (sent < requests && sent - seen.cardinality() < 64) {
                    send(itf, sent % 3, sent);
                    sent++;
                }
                receive(itf, seen);
            }
            assertEquals(0, responder.stop().exitCode(), responder::transcript);
            assertTrue(
                    responder.out().contains("3 receive and 1 transmit queues"),
                    responder::transcript);
            assertTrue(
                    responder.out().endsWith("ICMP echo replies 3000; unanswered 0\n"),
                    responder::transcript);
        }
    }

    private void note(BitSet seen, ByteBuffer buffer, int at, int length) {
        assertEquals(EchoProbe.Reply.INTACT, probe.examine(buffer, at, length));
        seen.set(probe.sequence());
    }

    /** A peer that never empties its ring costs one wait, and is reported at the end. */
    @Test
    void givesUpOnAPeerThatTakesNoAnswers() throws Exception {
        String options = "icmp-responder --role master --mode ip --socket " + socket();
        try (CommandRun responder = CommandRun.startWords(options);
                MemifSocket own = openSocket();
                MemifInterface itf = own.addInterface(slave().ringSize(4).build())) {
            assertTrue(itf.awaitConnected(Duration.ofNanos(LINK_WAIT_NS)));
            for (int i = 0; i < 100; i++) {
                send(itf, 0, i);
            }
            assertEquals(0, responder.stop().exitCode(), responder::transcript);
            assertTrue(
                    responder.out().contains("ICMP echo replies 4; unanswered 0; answers that"),
                    responder::transcript);
        }
    }

    @Test
    void countsWhatItLeavesUnanswered() throws Exception {
        String options = "icmp-responder --role master --mode ip --socket " + socket();
        try (CommandRun responder = CommandRun.startWords(options);
                MemifSocket own = openSocket();
                MemifInterface itf = own.addInterface(slave().build())) {
            assertTrue(itf.awaitConnected(Duration.ofNanos(LINK_WAIT_NS)));
            probe.writeRequest(packet, 0, 1);
            packet.put(24, (byte) ~packet.get(24));
            assertEquals(1, itf.txQueue(0).offer(packet, 0, probe.requestLength()));
            assertEquals(1, itf.txQueue(0).offer(new byte[] {0x45}, 0, 1));
            send(itf, 0, 2);
            BitSet seen = new BitSet();
            while (seen.isEmpty()) {
                itf.rxQueue(0)
                        .poll((buffer, at, length, flags) -> note(seen, buffer, at, length), 8);
            }
            assertEquals(0, responder.stop().exitCode());
            assertTrue(
                    responder
                            .out()
                            .endsWith(
                                    "answered 1: ICMP echo replies 1; unanswered 2:"
                                            + " truncated 1, bad ICMP checksum 1\n"),
                    responder::transcript);
        }
    }
}
