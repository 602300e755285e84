package io.memif.tests.life;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.Role;
import io.memif.tests.life.TeardownEnd.Action;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Interfaces, sockets and reactors are closed, deleted, reconnected and set down in all orders, by
 * one thread or two at once, while the data paths of both ends run at full rate. Nothing is thrown
 * but what is documented, handles answer, nothing is left, and the next link carries traffic.
 *
 * <p>500 rounds in every build, 10,000 with {@code -Dmemif.long=true} (some 10 minutes).
 */
@Timeout(value = 60, unit = TimeUnit.MINUTES)
class TeardownTest {
    private static final long SOON_NS = TimeUnit.SECONDS.toNanos(30);
    private static final int LONGEST = 3;
    private static final int ROUNDS_A_LOOK = 50;

    @TempDir Path directory;

    @ParameterizedTest(name = "one reactor for both ends: {0}")
    @ValueSource(booleans = {false, true})
    void closedUnderTraffic(boolean shared) throws Exception {
        Random random = Effort.random("TeardownTest");
        int rounds = Effort.of(500, 10_000) / 2;
        HeldResources empty = HeldResources.now();
        int done = 0;
        while (done < rounds) {
            int some = Math.min(ROUNDS_A_LOOK, rounds - done);
            some(random, shared, some);
            done += some;
            empty.awaitBack("after " + done + " rounds");
        }
    }

    /** On a frame of its own, so that nothing here keeps their memory from being collected. */
    private void some(Random random, boolean shared, int rounds) throws Exception {
        String address = directory.resolve("s").toString();
        try (TeardownReactors reactors = new TeardownReactors(shared);
                TeardownEnd master =
                        new TeardownEnd(
                                Role.MASTER, address, reactors, new Random(random.nextLong()));
                TeardownEnd slave =
                        new TeardownEnd(
                                Role.SLAVE, address, reactors, new Random(random.nextLong()))) {
            for (int i = 0; i < rounds; i++) {
                round(random, shared, master, slave);
            }
            expectRefusalsOnly(master);
            assertEquals("[]", slave.errors().toString());
        }
    }

    /** A slave that comes while a listener goes is refused; nothing else goes wrong. */
    private static void expectRefusalsOnly(TeardownEnd master) {
        master.errors().removeIf(e -> e.getMessage().contains("refused a slave"));
        assertEquals("[]", master.errors().toString());
    }

    private static void round(Random random, boolean shared, TeardownEnd master, TeardownEnd slave)
            throws Exception {
        master.repair();
        slave.repair();
        List<Action> toMaster = actions(random);
        List<Action> toSlave = actions(random);
        String what = "master " + toMaster + ", slave " + toSlave;
        try {
            assertTrue(master.itf().awaitConnected(Duration.ofNanos(SOON_NS)), "the master is up");
            assertTrue(slave.itf().awaitConnected(Duration.ofNanos(SOON_NS)), "the slave is up");
            if (random.nextInt(4) > 0) {
                master.pump().awaitTraffic(SOON_NS);
                slave.pump().awaitTraffic(SOON_NS);
            }
            // Closing the reactor of both from two threads is what its documentation rules out.
            if (shared || random.nextBoolean()) {
                oneByOne(random, master, toMaster, slave, toSlave);
            } else {
                atOnce(master, toMaster, slave, toSlave);
            }
            master.pump().check();
            slave.pump().check();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(what + ": " + e.getMessage(), e);
        }
    }

    private static List<Action> actions(Random random) {
        List<Action> actions = new ArrayList<>();
        int count = random.nextInt(LONGEST + 1);
        for (int i = 0; i < count; i++) {
            actions.add(Action.values()[random.nextInt(Action.values().length)]);
        }
        return actions;
    }

    private static void oneByOne(
            Random random,
            TeardownEnd master,
            List<Action> toMaster,
            TeardownEnd slave,
            List<Action> toSlave) {
        int m = 0;
        int s = 0;
        while (m < toMaster.size() || s < toSlave.size()) {
            boolean masterNext = s == toSlave.size() || m < toMaster.size() && random.nextBoolean();
            if (masterNext) {
                master.apply(toMaster.get(m++));
            } else {
                slave.apply(toSlave.get(s++));
            }
        }
    }

    private static void atOnce(
            TeardownEnd master, List<Action> toMaster, TeardownEnd slave, List<Action> toSlave)
            throws InterruptedException {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread other =
                new Thread(
                        () -> {
                            try {
                                toMaster.forEach(master::apply);
                            } catch (Throwable e) {
                                failure.set(e);
                            }
                        },
                        "teardown of the master");
        other.start();
        toSlave.forEach(slave::apply);
        other.join();
        if (failure.get() != null) {
            throw new AssertionError(failure.get().toString(), failure.get());
        }
    }
}
