package io.memif.tests.matrix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.InterfaceConfig;
import io.memif.MemifException;
import io.memif.MemifInterface;
import io.memif.MemifSocket;
import io.memif.Mode;
import io.memif.Role;
import io.memif.SocketConfig;
import io.memif.testing.LinkEvents;
import io.memif.testing.TestPackets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Modes, secrets and demands that two peers agree on or not; both sides hear why not. */
@Timeout(60)
class AgreementTest {
    private static final String ADDRESS = "@memif-agree-" + ProcessHandle.current().pid();
    private static final String LONGEST_SECRET = "12345678901234567890123";

    private final BlockingQueue<Throwable> errors = new LinkedBlockingQueue<>();

    private MemifSocket socket() {
        return MemifSocket.open(
                SocketConfig.builder().address(ADDRESS).errorHandler(errors::add).build());
    }

    private static InterfaceConfig.Builder config(Role role) {
        return InterfaceConfig.builder()
                .role(role)
                .id(7)
                .ringSize(8)
                .reconnectInterval(Duration.ofMillis(5), Duration.ofMillis(20));
    }

    private void agree(InterfaceConfig.Builder master, InterfaceConfig.Builder slave)
            throws InterruptedException {
        try (LinkPair ends = new LinkPair(ADDRESS, master, slave)) {
            TestPackets.exchange(ends.master, ends.slave, 100);
        }
    }

    /** The slave's caller hears the master's reason, and the master's error handler too. */
    private void refuse(
            InterfaceConfig.Builder master, InterfaceConfig.Builder slave, String reason)
            throws InterruptedException {
        LinkEvents heard = new LinkEvents();
        try (MemifSocket a = socket();
                MemifSocket b = socket()) {
            MemifInterface refusing = a.addInterface(master.listener(heard).build());
            MemifInterface refused = b.addInterface(slave.reconnect(false).build());
            MemifException e =
                    assertThrows(
                            MemifException.class,
                            () -> refused.awaitConnected(Duration.ofNanos(TestPackets.SOON)));
            assertEquals(MemifException.Code.REFUSED_BY_PEER, e.code());
            assertEquals(reason, e.peerReason());
            Throwable error = errors.poll(TestPackets.SOON, TimeUnit.NANOSECONDS);
            assertEquals(ADDRESS + ": refused a slave: " + reason, error.getMessage());
            assertEquals(false, refusing.isConnected());
        }
        heard.assertNoMore();
        assertEquals(List.of(), List.copyOf(errors));
    }

    @ParameterizedTest
    @EnumSource(names = {"ETHERNET", "IP"})
    void equalModesAgree(Mode mode) throws InterruptedException {
        agree(config(Role.MASTER).mode(mode), config(Role.SLAVE).mode(mode));
    }

    @ParameterizedTest
    @CsvSource({"ETHERNET, IP", "IP, ETHERNET"})
    void differentModesDoNot(Mode master, Mode slave) throws InterruptedException {
        refuse(
                config(Role.MASTER).mode(master),
                config(Role.SLAVE).mode(slave),
                "mode mismatch: interface 7 is " + master + ", slave asks for " + slave);
    }

    @ParameterizedTest
    @CsvSource({
        "'', ''",
        "abc, abc",
        "'', abc",
        LONGEST_SECRET + ", " + LONGEST_SECRET,
        "\u00e4\u00f6\u00fc, \u00e4\u00f6\u00fc"
    })
    void secretsThatMatchOrAreNotAskedFor(String master, String slave) throws InterruptedException {
        agree(config(Role.MASTER).secret(master), config(Role.SLAVE).secret(slave));
    }

    @ParameterizedTest
    @CsvSource({
        "abc, '', secret required",
        "abc, abd, incorrect secret",
        "abc, ab, incorrect secret",
        "abc, abcd, incorrect secret",
        LONGEST_SECRET + ", 1234567890123456789012, incorrect secret",
        LONGEST_SECRET + ", 12345678901234567890124, incorrect secret"
    })
    void secretsThatDoNot(String master, String slave, String reason) throws InterruptedException {
        refuse(
                config(Role.MASTER).secret(master),
                config(Role.SLAVE).secret(slave),
                reason + ": interface 7");
    }

    @Test
    void longerSecretsAreRefusedWithTheirLengthAlone() {
        String secret = LONGEST_SECRET + "4";
        InterfaceConfig.Builder config = config(Role.SLAVE).secret(secret);
        var e = assertThrows(IllegalArgumentException.class, config::build);
        assertEquals("secret has 24 bytes, at most 23 work with every peer", e.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"3, 1, 2, 1", "1, 3, 1, 3"})
    void aMasterThatDemandsMoreRingsSaysSo(int s2m, int m2s, int minS2m, int minM2s)
            throws InterruptedException {
        UnaryOperator<InterfaceConfig.Builder> demands =
                c -> c.s2mRings(s2m).m2sRings(m2s).minS2mRings(minS2m).minM2sRings(minM2s);
        LinkEvents heard = new LinkEvents();
        try (MemifSocket a = socket();
                MemifSocket b = socket()) {
            a.addInterface(demands.apply(config(Role.MASTER)).listener(heard).build());
            MemifInterface slave = b.addInterface(config(Role.SLAVE).reconnect(false).build());
            MemifException e =
                    assertThrows(
                            MemifException.class,
                            () -> slave.awaitConnected(Duration.ofNanos(TestPackets.SOON)));
            String event = heard.next();
            assertTrue(e.peerReason().contains("rings"), e.peerReason());
            assertTrue(event.contains(e.peerReason()), event);
        }
    }
}
