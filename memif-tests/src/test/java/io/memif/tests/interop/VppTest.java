package io.memif.tests.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.InterfaceConfig;
import io.memif.InterfaceListener;
import io.memif.LinkInfo;
import io.memif.MemifException;
import io.memif.MemifInterface;
import io.memif.Mode;
import io.memif.Role;
import io.memif.RxMode;
import io.memif.testing.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** VPP pings us over links of every kind, and both sides say why there is none. Takes a minute. */
@Needs(Need.VPP)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
class VppTest {
    @TempDir static Path directory;

    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private Vpp vpp;
    private int addresses;

    private final InterfaceListener listener =
            new InterfaceListener() {
                @Override
                public void onLinkUp(MemifInterface itf, LinkInfo link) {
                    events.add("up");
                }

                @Override
                public void onLinkDown(MemifInterface itf, String reason) {
                    events.add("down: " + reason);
                }

                @Override
                public void onConnectFailed(MemifInterface itf, MemifException cause) {
                    events.add("failed: " + cause.getMessage());
                }

                @Override
                public void onPeerStalled(MemifInterface itf, String what) {
                    events.add("stalled: " + what);
                }
            };

    @BeforeAll
    void start() throws Exception {
        vpp = Vpp.start(directory);
    }

    @AfterAll
    void stop() {
        assertTrue(vpp.isAlive(), vpp::toString);
        vpp.close();
    }

    private String address() {
        events.clear();
        return directory.resolve("s" + ++addresses).toString();
    }

    private InterfaceConfig.Builder config(Role role) {
        return InterfaceConfig.builder().role(role).listener(listener);
    }

    /** VPP's word for the other role. */
    private static String opposite(Role role) {
        return role == Role.MASTER ? "slave" : "master";
    }

    private void await(String start) throws InterruptedException {
        StringBuilder others = new StringBuilder();
        String event = "";
        while (!event.startsWith(start)) {
            others.append(event).append('\n');
            event = events.poll(Testpmd.SOON_NS, TimeUnit.NANOSECONDS);
            if (event == null) {
                throw new AssertionError("no " + start + " but\n" + others);
            }
        }
    }

    private static void ping(MemifInterface itf, Vpp from, String name, String options)
            throws InterruptedException {
        PingAnswers answers = new PingAnswers(itf, Vpp.other(name));
        try {
            from.ping(name, options);
        } finally {
            answers.close();
        }
    }

    /** Their end is made, all of it is pinged, and their end goes again. */
    private LinkInfo pinged(InterfaceConfig.Builder ours, String theirs, String options)
            throws InterruptedException {
        String address = address();
        Role role = ours.build().role();
        String word = opposite(role) + " " + theirs;
        try (OurSide us = new OurSide(address, ours)) {
            String name = vpp.add(address, word);
            LinkInfo link = us.awaitUp().linkInfo();
            ping(us.itf(), vpp, name, options);
            vpp.delete(name);
            await("down: ");
            return link;
        }
    }

    @ParameterizedTest
    @CsvSource({
        "MASTER, ETHERNET, ''",
        "MASTER, ETHERNET, no-zero-copy",
        "MASTER, IP, mode ip",
        "MASTER, IP, mode ip no-zero-copy",
        "SLAVE, ETHERNET, ''",
        "SLAVE, IP, mode ip"
    })
    void pingsInEitherRole(Role ours, Mode mode, String theirs) throws Exception {
        pinged(config(ours).mode(mode), theirs, "");
    }

    @ParameterizedTest
    @CsvSource({
        "32, ''",
        "32, no-zero-copy",
        "128, ''",
        "4096, no-zero-copy",
        "16384, ''",
        "16384, no-zero-copy"
    })
    void ringsOfEverySizeAsMaster(int size, String copy) throws Exception {
        LinkInfo link = pinged(config(Role.MASTER), "ring-size " + size + " " + copy, "");
        assertEquals(size, link.ringSize());
    }

    @ParameterizedTest
    @CsvSource({"32", "2048", "16384"})
    void ringsOfEverySizeAsSlave(int size) throws Exception {
        assertEquals(size, pinged(config(Role.SLAVE).ringSize(size), "", "").ringSize());
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 1", "2, 3", "4, 4"})
    void unequalQueuesAsMaster(int rx, int tx) throws Exception {
        LinkInfo link =
                pinged(
                        config(Role.MASTER).s2mRings(rx).m2sRings(tx),
                        "rx-queues 3 tx-queues 2",
                        "");
        assertEquals(2, link.rxRings());
        assertEquals(3, link.txRings());
    }

    @Test
    void unequalQueuesAsSlave() throws Exception {
        LinkInfo link = pinged(config(Role.SLAVE).s2mRings(3).m2sRings(2), "", "");
        assertEquals(2, link.rxQueues());
        assertEquals(3, link.txQueues());
    }

    @ParameterizedTest
    @EnumSource
    void aSecretOfBoth(Role ours) throws Exception {
        pinged(
                config(ours).secret("s3cret-of-23-characters"),
                "secret s3cret-of-23-characters",
                "");
    }

    @ParameterizedTest
    @CsvSource({"MASTER, ''", "MASTER, no-zero-copy", "SLAVE, ''"})
    void longPackets(Role ours, String copy) throws Exception {
        pinged(config(ours), copy, "size 8960");
    }

    @ParameterizedTest
    @EnumSource
    void receiveModesChangeUnderPing(Role ours) throws Exception {
        String address = address();
        try (OurSide us = new OurSide(address, config(ours))) {
            String name = vpp.add(address, opposite(ours));
            us.awaitUp();
            PingAnswers answers = new PingAnswers(us.itf(), Vpp.other(name));
            try {
                for (String theirs : new String[] {"interrupt", "adaptive", "polling"}) {
                    vpp.run("set interface rx-mode " + name + " " + theirs);
                    for (RxMode mode : RxMode.values()) {
                        us.itf().rxQueue(0).rxMode(mode);
                        vpp.ping(name, "");
                    }
                }
            } finally {
                answers.close();
            }
            vpp.delete(name);
        }
    }

    @ParameterizedTest
    @EnumSource
    void theirInterfaceGoesDownAndUp(Role ours) throws Exception {
        String address = address();
        try (OurSide us = new OurSide(address, config(ours))) {
            String name = vpp.add(address, opposite(ours));
            MemifInterface itf = us.awaitUp();
            ping(itf, vpp, name, "");
            vpp.run("set interface state " + name + " down");
            byte[] packet = new byte[60];
            while (itf.txQueue(0).offer(packet, 0, packet.length) > 0) {
                continue;
            }
            itf.txQueue(0).handOver();
            await("stalled: ");
            assertTrue(itf.isConnected(), "VPP says nothing about it");
            vpp.run("set interface state " + name + " up");
            Await.soon("it moves", () -> itf.details().stall().isEmpty());
            ping(itf, vpp, name, "");
            vpp.delete(name);
        }
    }

    @ParameterizedTest
    @EnumSource
    void ourInterfaceGoesDownAndUp(Role ours) throws Exception {
        String address = address();
        try (OurSide us = new OurSide(address, config(ours))) {
            String name = vpp.add(address, opposite(ours));
            us.awaitUp();
            us.itf().setAdminUp(false);
            System.out.println(
                    vpp.awaitShown(name, "remote-disc-reason \"interface administratively down\""));
            us.itf().setAdminUp(true);
            us.awaitUp();
            ping(us.itf(), vpp, name, "");
            vpp.delete(name);
        }
    }

    @ParameterizedTest
    @EnumSource
    void vppIsKilledAndStartedAgain(Role ours) throws Exception {
        String address = address();
        String word = opposite(ours);
        try (OurSide us = new OurSide(address, config(ours))) {
            for (int round = 0; round < 2; round++) {
                try (Vpp other = Vpp.start(directory)) {
                    String name = other.add(address, word);
                    await("up");
                    us.awaitUp();
                    ping(us.itf(), other, name, "");
                    other.kill();
                }
                await("down: ");
                assertNull(us.itf().linkInfo());
            }
        }
    }

    /** What VPP says as master, and what we make of it. */
    @ParameterizedTest
    @CsvSource({
        "7, ETHERNET, abc, unmatched interface id; create a master interface with id 7 there",
        "0, IP, abc, mode mismatch; the mode here is ip",
        "0, ETHERNET, abd, incorrect secret; set the secret of the master here",
        "0, ETHERNET, '', secret required; set the secret of the master here"
    })
    void vppsReasonsAndWhatToDo(int id, Mode mode, String secret, String text) throws Exception {
        String address = address();
        String name = vpp.add(address, "master secret abc");
        InterfaceConfig.Builder config =
                config(Role.SLAVE).id(id).mode(mode).secret(secret).reconnect(false);
        try (OurSide us = new OurSide(address, config)) {
            String event = events.poll(Testpmd.SOON_NS, TimeUnit.NANOSECONDS);
            System.out.println(event);
            assertTrue(event.contains(text), event);
            assertEquals(false, us.itf().isConnected());
        }
        System.out.println(vpp.run("show memif " + name));
        vpp.delete(name);
    }

    /** What we say as master, as VPP's operator reads it. */
    @ParameterizedTest
    @CsvSource({
        "7, ETHERNET, abc, unknown interface id: 0",
        "0, IP, abc, 'mode mismatch: interface 0 is IP, slave asks for ETHERNET'",
        "0, ETHERNET, abd, incorrect secret: interface 0"
    })
    void ourReasonsAreShownByVpp(int id, Mode mode, String secret, String text) throws Exception {
        String address = address();
        try (OurSide us =
                new OurSide(address, config(Role.MASTER).id(id).mode(mode).secret(secret))) {
            String name = vpp.add(address, "slave secret abc");
            System.out.println(vpp.awaitShown(name, "remote-disc-reason \"" + text));
            assertTrue(us.awaitError().getMessage().contains(text));
            vpp.delete(name);
        }
    }

    @Test
    void aRingThatIsLargerThanItsLayoutIsRefusedWithItsReason()
            throws InterruptedException, IOException {
        String address = address();
        try (OurSide us = new OurSide(address, config(Role.MASTER))) {
            String name = vpp.add(address, "slave ring-size 32768");
            System.out.println(vpp.awaitShown(name, "remote-disc-reason \"unsupported ring size"));
            await("failed: ");
            assertNull(us.itf().linkInfo());
            vpp.delete(name);
        }
    }
}
