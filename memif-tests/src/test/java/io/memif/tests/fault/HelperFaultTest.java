package io.memif.tests.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.Role;
import io.memif.internal.memory.Mappings;
import io.memif.internal.posix.SystemCall;
import io.memif.testing.Await;
import io.memif.testing.ProcessTables;
import io.memif.tests.fault.HelperFault.Crew;
import io.memif.tests.life.HeldResources;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every system call of a helper in a link's life fails once: what cannot be made or mapped is said
 * with its reason, the link comes up all the same, and nothing is left behind. Some 10 seconds.
 */
@Timeout(300)
class HelperFaultTest {
    /** Without these there is no link. */
    private static final Set<SystemCall> MAKE_A_LINK =
            EnumSet.of(
                    SystemCall.MEMFD_CREATE,
                    SystemCall.EVENTFD,
                    SystemCall.FTRUNCATE,
                    SystemCall.FALLOCATE,
                    SystemCall.ADD_SEALS,
                    SystemCall.GET_SEALS,
                    SystemCall.FSTAT,
                    SystemCall.MMAP);

    @TempDir Path directory;

    @ParameterizedTest
    @CsvSource({"SLAVE,MEMORY", "MASTER,MEMORY", "SLAVE,CLOSING", "MASTER,CLOSING"})
    void eachCallFailsOnce(Role role, Crew crew) throws InterruptedException {
        // The first run loads classes, which takes longer than a handshake may.
        run(role, HelperFault.none(crew));
        collectGarbage();
        HelperFault none = HelperFault.none(crew);
        List<String> usual = run(role, none).reports();
        System.out.println(role + ": " + crew + ": " + none.calls());
        List<AssertionError> failures = new ArrayList<>();
        // Whether the last helper has to wake anybody up differs from run to run.
        int notMade = 0;
        int number = 0;
        while (notMade < 2) {
            HelperFault fault = HelperFault.of(crew, number);
            HeldResources before = HeldResources.now();
            try {
                LinkScenario scenario = run(role, fault);
                if (fault.failed() == null) {
                    notMade++;
                } else {
                    notMade = 0;
                    number++;
                    check(fault, scenario, usual);
                }
                if (fault.failed() == SystemCall.REPLACE_PAGES) {
                    // Nothing stands in the place of its pages: they stay until nobody reaches
                    // them.
                    collectGarbage();
                }
                before.awaitBack("after " + fault);
            } catch (RuntimeException | AssertionError e) {
                failures.add(new AssertionError(role + ", " + fault + ": " + e.getMessage(), e));
            }
        }
        System.out.println(role + ": each of " + number + " calls of " + crew + " helpers failed");
        // Which run removes the addresses of a link is up to the collector.
        long own = none.calls().stream().filter(call -> call != SystemCall.MUNMAP).count();
        assertTrue(number >= own - 2, number + " of " + none.calls());
        if (!failures.isEmpty()) {
            AssertionError all = new AssertionError(failures.size() + " faults: " + failures);
            failures.forEach(all::addSuppressed);
            throw all;
        }
        assertEquals(0, ProcessTables.sharedMappings().size(), "mappings of files");
    }

    /** What links have left is removed now, and by none of the runs that follow. */
    private static void collectGarbage() throws InterruptedException {
        Await.collected("the mapping goes", () -> Mappings.OF_PROCESS.waitingCount() == 0);
    }

    private LinkScenario run(Role role, HelperFault fault) {
        LinkScenario scenario = new LinkScenario(role, directory.resolve("s").toString(), fault);
        scenario.run();
        return scenario;
    }

    private static void check(HelperFault fault, LinkScenario scenario, List<String> usual) {
        SystemCall failed = fault.failed();
        List<String> unusual = new ArrayList<>(scenario.reports());
        unusual.removeAll(usual);
        boolean said =
                unusual.stream().anyMatch(report -> isReason(report, fault.errnoName(), failed));
        if (MAKE_A_LINK.contains(failed) || failed == SystemCall.CLOSE) {
            assertTrue(said, () -> "not said: " + scenario.reports());
        } else {
            assertEquals(List.of(), unusual, "harms nobody");
        }
    }

    private static boolean isReason(String report, String errno, SystemCall call) {
        // What is not a memory file says so by this.
        return report.contains(errno)
                || call == SystemCall.GET_SEALS && report.contains("is not a memory file");
    }
}
