package io.memif.tests.fuzz;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.BiFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Any messages in any order against codec and state machines, in this process: nothing is thrown,
 * every end is told once and for ever, every descriptor has one owner.
 */
@Tag("once")
class ControlFuzzTest {
    private long up;

    @Test
    void master() {
        campaign("control-master", MasterWalk::new);
    }

    @Test
    void slave() {
        campaign("control-slave", SlaveWalk::new);
    }

    private void campaign(String name, BiFunction<ByteSource, Coverage, ControlWalk<?>> start) {
        long messages =
                Campaign.run(
                        name,
                        2,
                        (input, coverage) -> {
                            ControlWalk<?> walk = start.apply(input, coverage);
                            long sent = walk.run();
                            up += walk.wasUp() ? 1 : 0;
                            return sent;
                        });
        System.out.println(name + ": " + messages + " messages, " + up + " links came up");
        assertTrue(messages > 0 && (up > 0 || System.getProperty("fuzz.input") != null));
    }
}
