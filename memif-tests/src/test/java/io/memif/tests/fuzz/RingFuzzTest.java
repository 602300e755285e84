package io.memif.tests.fuzz;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.testing.LeakCheck;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Anything in rings and descriptors between calls of the data path, in both roles and directions:
 * no exception, no byte outside the memory that is meant, everything counted, every slot comes back.
 */
@ExtendWith(LeakCheck.class)
class RingFuzzTest {
    @ParameterizedTest
    @CsvSource({"rx, master", "rx, slave", "tx, master", "tx, slave"})
    void states(String direction, String role) {
        RingArena arena = new RingArena();
        boolean slave = role.equals("slave");
        Target target =
                direction.equals("rx")
                        ? (tape, novelty) -> new RxWalk(tape, novelty, arena, slave).run()
                        : (tape, novelty) -> new TxWalk(tape, novelty, arena, slave).run();
        assertTrue(Campaign.run("ring-" + direction + "-" + role, 4, target) > 0);
    }
}
