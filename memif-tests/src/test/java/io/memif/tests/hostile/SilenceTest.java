package io.memif.tests.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.tests.hostile.FakeSlave.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Our master and slaves that say nothing, too little, or too much. */
@Tag("once")
class SilenceTest extends MasterCase {
    private static final Duration SHORT = Duration.ofMillis(100);
    private static final int CAP = 4;
    private static final String FULL =
            "too many connections: " + CAP + " have not sent INIT, this one for longest";

    private TestedInterface impatient() {
        return TestedInterface.master(address(), config -> config.handshakeTimeout(SHORT));
    }

    private TestedInterface capped() {
        return TestedInterface.master(address(), socket -> socket.maxHalfOpen(CAP), config -> {});
    }

    @ParameterizedTest
    @EnumSource(value = Step.class, names = "CONNECT", mode = EnumSource.Mode.EXCLUDE)
    void silentSlaveIsToldAndClosed(Step state) throws Exception {
        try (TestedInterface ours = impatient();
                FakeSlave slave = connect().through(state)) {
            String reason = "handshake timed out: " + phase(state);
            slave.control.expectDisconnect(reason);
            if (state == Step.HELLO) {
                ours.expectRefusal(reason);
            } else {
                ours.expectFailure("TIMED_OUT", reason);
            }
            expectHealthy(ours);
        }
    }

    /** The limit is for the whole handshake, not for each step of it. */
    @Test
    void slaveThatTricklesIsTimedOutAsWell() throws Exception {
        try (TestedInterface ours = impatient();
                FakeSlave slave = connect().through(Step.INIT)) {
            boolean refused = false;
            for (int index = 0; index < 256 && !refused; index++) {
                slave.control.trySend(
                        RawMessage.addRegion(index, FakeSlave.SIZE), List.of(slave.region.fd()));
                RawMessage answer = slave.control.receive();
                refused = answer != null && answer.type() == RawMessage.DISCONNECT;
                // Nothing comes on its own: the pace.
                slave.control.readableWithin(5);
            }
            assertTrue(refused, "refused before it came to an end");
            ours.expectFailure("TIMED_OUT", "handshake timed out: " + phase(Step.REGION));
        }
    }

    @Test
    void linkIsNotSubjectToTheHandshakesLimit() throws Exception {
        try (TestedInterface ours = impatient();
                FakeSlave slave = connect().through(Step.CONNECT);
                FakeSlave silent = connect().through(Step.HELLO)) {
            ours.expectEvent("up raw slave raw0");
            silent.control.expectDisconnect("handshake timed out: waiting for INIT");
            ours.expectRefusal("handshake timed out: waiting for INIT");
            expectTraffic(ours, slave);
        }
    }

    /**
     * Silent connections make room for new ones, the oldest first, and a slave that speaks gets in.
     */
    @Test
    void halfOpenConnectionsAreCapped() throws Exception {
        List<FakeSlave> silent = new ArrayList<>();
        try (TestedInterface ours = capped();
                FakeSlave up = connect().through(Step.CONNECT)) {
            ours.expectEvent("up raw slave raw0");
            for (int i = 0; i < CAP; i++) {
                silent.add(connect().through(Step.HELLO));
            }
            for (int i = 0; i < CAP; i++) {
                silent.add(connect());
                silent.get(i).control.expectDisconnect(FULL);
                ours.expectRefusal(FULL);
                assertTrue(ours.socket.details().halfOpen() <= CAP);
            }
            expectTraffic(ours, up);
        } finally {
            silent.forEach(FakeSlave::close);
        }
    }

    /** They come back as soon as they are closed, and keep out no slave that speaks. */
    @Test
    void silentConnectionsThatComeAgainKeepNobodyOut() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread attack = new Thread(() -> comeAgain(over, failure), "silent connections");
        try (TestedInterface ours = capped()) {
            attack.start();
            for (int i = 0; i < 5; i++) {
                long start = System.nanoTime();
                try (FakeSlave honest = connect().through(Step.CONNECT)) {
                    ours.expectEvent("up raw slave raw0");
                    long ms = (System.nanoTime() - start) / 1_000_000;
                    System.out.println("SilenceTest: got in after " + ms + " ms");
                    assertTrue(ms < 3000, ms + " ms");
                    honest.control.send(RawMessage.disconnect(0, "bye"));
                    ours.expectEvent("down: peer disconnected: bye");
                }
            }
            over.set(true);
            attack.join();
            ours.errors().clear();
        } finally {
            over.set(true);
            attack.join();
        }
        assertNull(failure.get());
    }

    private void comeAgain(AtomicBoolean over, AtomicReference<Throwable> failure) {
        List<RawConnection> all = new ArrayList<>();
        try {
            while (!over.get()) {
                while (all.size() < 2 * CAP) {
                    all.add(RawConnection.connect(posix, address()));
                }
                RawConnection oldest = all.get(0);
                if (oldest.readableWithin(5)) {
                    RawMessage message = oldest.receive();
                    if (message == null || message.type() == RawMessage.DISCONNECT) {
                        all.remove(0).close();
                    }
                }
            }
        } catch (RuntimeException | Error e) {
            failure.set(e);
        } finally {
            all.forEach(RawConnection::close);
        }
    }

    /**
     * A flood that never says anything: the link keeps running, and afterwards all is as before.
     */
    @Test
    void floodOfSilentConnections() throws Exception {
        List<RawConnection> flood = new ArrayList<>();
        try (TestedInterface ours =
                        TestedInterface.master(
                                address(),
                                socket -> socket.maxHalfOpen(CAP),
                                config -> config.handshakeTimeout(SHORT));
                FakeSlave up = connect().through(Step.CONNECT)) {
            ours.expectEvent("up raw slave raw0");
            for (int i = 0; i < 300; i++) {
                flood.add(RawConnection.connect(posix, address()));
                if (i % 50 == 0) {
                    expectTraffic(ours, up);
                }
            }
            for (RawConnection each : flood) {
                String reason = each.drain();
                assertTrue(reason.equals(FULL) || reason.startsWith("handshake timed out"), reason);
            }
            expectTraffic(ours, up);
            up.control.send(RawMessage.disconnect(0, "bye"));
            ours.expectEvent("down: peer disconnected: bye");
            // Not before: the last refusal is told to the peer first and reported after.
            ours.errors().clear();
            expectHealthy(ours);
        } finally {
            flood.forEach(RawConnection::close);
        }
    }

    @Test
    void floodOfConnectsAndCloses() throws Exception {
        try (TestedInterface ours = TestedInterface.master(address());
                FakeSlave up = connect().through(Step.CONNECT)) {
            ours.expectEvent("up raw slave raw0");
            for (int i = 0; i < 1000; i++) {
                RawConnection.connect(posix, address()).close();
                if (i % 100 == 0) {
                    expectTraffic(ours, up);
                }
            }
            expectTraffic(ours, up);
            assertTrue(ours.itf.isConnected());
        }
    }

    /** Answers wait for a slave that does not read; nothing is lost and nobody waits with them. */
    @Test
    void answersWaitForASlaveThatDoesNotRead() throws Exception {
        try (TestedInterface ours = TestedInterface.master(address());
                FakeSlave slave = connect()) {
            slave.control.send(RawMessage.init(TestedInterface.ID));
            for (int index = 0; index < 256; index++) {
                slave.control.send(RawMessage.addRegion(index, FakeSlave.SIZE), slave.region.fd());
            }
            slave.control.expect(RawMessage.HELLO);
            for (int i = 0; i < 257; i++) {
                slave.control.expect(RawMessage.ACK);
            }
            slave.make(Step.S2M);
            slave.make(Step.M2S);
            slave.make(Step.CONNECT);
            ours.expectEvent("up raw slave raw0");
            expectTraffic(ours, slave);
        }
    }

    /** Whatever comes after the first wrong message is not read. */
    @Test
    void floodOfMessagesEndsWithTheFirst() throws Exception {
        try (TestedInterface ours = TestedInterface.master(address());
                FakeSlave slave = connect().through(Step.CONNECT)) {
            ours.expectEvent("up raw slave raw0");
            int sent = 0;
            while (slave.control.trySend(RawMessage.of(99), List.of()) > 0) {
                sent++;
            }
            assertTrue(sent > 0);
            ours.expectEvent("down: unknown message type: 99");
            assertFalse(ours.itf.isConnected());
            ours.expectQuiet();
            expectHealthy(ours);
            assertEquals("unknown message type: 99", slave.control.drain());
        }
    }
}
