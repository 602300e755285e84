package io.memif.tests.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.InterfaceConfig;
import io.memif.MemifInterface;
import io.memif.MemifReactor;
import io.memif.MemifSocket;
import io.memif.Role;
import io.memif.SocketConfig;
import io.memif.internal.posix.Posix;
import io.memif.testing.Await;
import io.memif.testing.TestPackets;
import io.memif.tests.life.Effort;
import io.memif.tests.life.EqualLoad;
import io.memif.tests.life.HeldResources;
import io.memif.tests.life.LoopTraffic;
import io.memif.tests.life.Worker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * An honest pair runs at full rate while another interface of its reactor is attacked, and, in
 * turn, while another thread uses as much of the processors as the attack and the defence against
 * it do: the attack costs the pair what it takes of the processors, no more, and its link never
 * ends.
 *
 * <p>Some 25 seconds; half an hour with {@code -Dmemif.long=true}.
 */
@Tag("once")
@Timeout(1800)
class AttackSoakTest {
    private static final long WINDOW_NS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final int ROUNDS = Effort.of(3, 300);

    /** Of the rate under equal load, in the best round: what holds the pair holds it in each. */
    private static final double KEPT = 0.3;

    @TempDir Path directory;

    private final Posix posix = Posix.open();

    @BeforeAll
    static void loadChannels() throws IOException {
        LingeringSocket.loadChannels();
    }

    @ParameterizedTest
    @EnumSource(Attack.class)
    void honestPairKeepsItsRate(Attack attack) throws Exception {
        String honest = directory.resolve("honest").toString();
        try (MemifReactor reactor = MemifReactor.start("attacked", error -> {});
                MemifSocket socket =
                        MemifSocket.open(
                                SocketConfig.builder().address(honest).reactor(reactor).build());
                MemifInterface master =
                        socket.addInterface(InterfaceConfig.builder().role(Role.MASTER).build());
                MemifInterface slave = socket.addInterface(InterfaceConfig.builder().build());
                Exposed exposed = new Exposed(posix, directory, reactor)) {
            TestPackets.connect(master, slave);
            HeldResources before = HeldResources.now();
            try (LoopTraffic traffic = new LoopTraffic(slave, master)) {
                compare(attack, exposed, traffic);
            }
            before.awaitBack("after " + attack);
            assertEquals(1, slave.details().links(), "still the same link");
            assertEquals(1, master.details().links(), "still the same link");
        }
    }

    private static void compare(Attack attack, Exposed exposed, LoopTraffic traffic)
            throws Exception {
        // Until all of it is compiled.
        under(attack, exposed, traffic);
        List<EqualLoad> rounds = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            rounds.add(
                    EqualLoad.compare(traffic, WINDOW_NS, () -> under(attack, exposed, traffic)));
        }
        double[] kept = rounds.stream().mapToDouble(EqualLoad::kept).sorted().toArray();
        String found =
                String.format(
                        "%s, %d times: million packets/s %.2f, under equal load (%.2f processors)"
                                + " %.2f; kept %.2f to %.2f, typically %.2f",
                        attack,
                        exposed.count(),
                        median(rounds, EqualLoad::meanwhile) / 1e6,
                        rounds.get(ROUNDS - 1).processors(),
                        median(rounds, EqualLoad::loaded) / 1e6,
                        kept[0],
                        kept[ROUNDS - 1],
                        kept[ROUNDS / 2]);
        System.out.println("AttackSoakTest: " + found);
        assertTrue(exposed.count() > 0, found);
        assertTrue(kept[ROUNDS - 1] > KEPT, found);
    }

    @SuppressWarnings("try")
    private static LoopTraffic.Rate under(Attack attack, Exposed exposed, LoopTraffic traffic)
            throws Exception {
        try (FakeMaster hostile = exposed.begin();
                Worker attacker = new Worker("attack", self -> attack.during(self, exposed))) {
            LoopTraffic.Rate rate = traffic.rateDuring(AttackSoakTest::aWindow);
            attacker.check();
            return rate;
        } finally {
            exposed.end();
        }
    }

    private static void aWindow() throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(WINDOW_NS);
    }

    private static double median(
            List<EqualLoad> rounds, Function<EqualLoad, LoopTraffic.Rate> which) {
        double[] sorted =
                rounds.stream().mapToDouble(each -> which.apply(each).byClock()).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    /** A master and a slave interface on sockets of their own, for whoever attacks them. */
    private static final class Exposed implements Attack.Target, AutoCloseable {
        private final Posix posix;
        private final String there;
        private final TestedInterface ours;
        private final TestedInterface slave;
        private FakeMaster master;
        private volatile long count;

        Exposed(Posix posix, Path directory, MemifReactor reactor) {
            this.posix = posix;
            there = directory.resolve("hostile-master").toString();
            ours =
                    TestedInterface.master(
                            directory.resolve("exposed").toString(),
                            socket -> socket.reactor(reactor).errorHandler(error -> {}),
                            config -> {});
            slave = TestedInterface.slave(there, reactor, config -> config.reconnect(true));
            slave.itf.setAdminUp(false);
        }

        /** The slave has somebody to connect to, who is to be closed. */
        FakeMaster begin() {
            master = new FakeMaster(posix, there, 16);
            slave.itf.setAdminUp(true);
            return master;
        }

        @Override
        public Posix posix() {
            return posix;
        }

        @Override
        public RawConnection connect() {
            return RawConnection.connect(posix, ours.address);
        }

        @Override
        public FakeSlave slave() {
            return new FakeSlave(posix, ours.address, TestedInterface.ID);
        }

        @Override
        public FakeMaster.Link master() {
            return master.accept();
        }

        @Override
        public void useQueues() {
            HolePunching.useQueues(ours.itf.rxQueue(0), ours.itf.txQueue(0));
        }

        @Override
        public void endOf(FakeSlave peer) {
            peer.control.send(RawMessage.disconnect(0, "enough"));
            peer.control.drain();
        }

        /** The next attack has a thread of its own. */
        void end() throws InterruptedException {
            slave.itf.setAdminUp(false);
            Await.soon("the link has ended", () -> !ours.itf.isConnected());
            ours.itf.rxQueue(0).handOver();
            ours.itf.txQueue(0).handOver();
        }

        @Override
        public void done() {
            count++;
        }

        long count() {
            return count;
        }

        @Override
        public void close() {
            slave.close();
            ours.close();
        }
    }
}
