package io.memif.tests.fuzz;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Anything in rings and descriptors between calls of the data path, in both roles and directions:
 * no exception, no byte outside the memory that is meant, everything counted, every slot comes
 * back.
 */
@Tag("once")
class RingFuzzTest {
    private static final int SHARE = 8;

    @ParameterizedTest
    @CsvSource({"rx, master", "rx, slave", "tx, master", "tx, slave"})
    void states(String direction, String role) {
        RingArena arena = new RingArena();
        Target target = (input, coverage) -> walk(direction, role, input, coverage, arena).run();
        assertTrue(Campaign.run("ring-" + direction + "-" + role, SHARE, target) > 0);
    }

    /** The same while another thread writes into the ring all the time: not to be replayed. */
    @ParameterizedTest
    @CsvSource({"rx, master", "rx, slave", "tx, master", "tx, slave"})
    void rewrittenWhileWeLook(String direction, String role) {
        RingArena arena = new RingArena();
        try (Rewriter rewriter = new Rewriter(arena, System.nanoTime())) {
            ReentrantLock lock = rewriter.lock();
            Target target =
                    (input, coverage) -> {
                        lock.lock();
                        try {
                            RingWalk walk = walk(direction, role, input, coverage, arena);
                            lock.unlock();
                            return walk.restless(lock::lock).run();
                        } finally {
                            if (lock.isHeldByCurrentThread()) {
                                lock.unlock();
                            }
                        }
                    };
            String name = "rewritten-" + direction + "-" + role;
            assertTrue(Campaign.run(name, SHARE, target) > 0);
            System.out.println(name + ": rewritten " + rewriter.writes() + " times");
        }
    }

    private static RingWalk walk(
            String direction, String role, ByteSource input, Coverage coverage, RingArena arena) {
        boolean slave = role.equals("slave");
        return direction.equals("rx")
                ? new RxWalk(input, coverage, arena, slave)
                : new TxWalk(input, coverage, arena, slave);
    }
}
