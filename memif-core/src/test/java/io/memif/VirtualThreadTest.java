package io.memif;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.memif.testing.ChildProcess;
import java.util.List;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Two queues are waited on by virtual threads while the JVM has one carrier: others run meanwhile,
 * and packets, an interrupt and the close of the interface end the wait. The same holds for a group
 * of queues. 3 s.
 */
@EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "there are no virtual threads")
class VirtualThreadTest {
    private static final List<String> ONE_CARRIER =
            List.of(
                    "-Djdk.virtualThreadScheduler.parallelism=1",
                    "-Djdk.virtualThreadScheduler.maxPoolSize=1");

    @ParameterizedTest
    @EnumSource(RxMode.class)
    void waitingKeepsNoCarrier(RxMode mode) throws InterruptedException {
        try (ChildProcess child =
                ChildProcess.java(ONE_CARRIER, VirtualThreadMain.class, mode.name()).start()) {
            child.awaitLine("others run");
            child.awaitLine("received 2");
            child.awaitLine("interrupted");
            child.awaitLine("parked");
            child.awaitLine("group received 1");
            child.awaitLine("closed false true");
            assertEquals(0, child.exitCode());
        }
    }
}
