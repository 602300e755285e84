package io.memif.tests.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.Role;
import io.memif.internal.posix.Errno;
import io.memif.internal.posix.SystemCall;
import io.memif.testing.ProcessTables;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every system call of a link's life fails once with every error: nothing is lost, nothing spins or
 * hangs, what went wrong is reported, and the link comes up and passes packets all the same.
 *
 * <p>There are more than two thousand faults, and one in {@code fault.part} of them is run: one in
 * 4 by default, which takes another error for each call.
 */
@Timeout(600)
@Tag("once")
class LinkFaultTest {
    private static final int[] ERRORS = {
        Errno.EINTR,
        Errno.EAGAIN,
        Errno.EMFILE,
        Errno.ENFILE,
        Errno.ENOMEM,
        Errno.EPIPE,
        Errno.ECONNRESET,
        Errno.ENOSPC,
        Errno.EACCES
    };

    /** More than a sound run makes: a second handshake, and turns while something waits. */
    private static final int EXTRA_CALLS = 400;

    private static final int CALLS_A_TURN = 4;
    private static final int MOST_FAILURES = 2;

    /** What an error means in plain words, in place of its name. */
    private static final Pattern MEANINGS =
            Pattern.compile("permission denied|queue of connections is full");

    private static final Pattern THINGS =
            Pattern.compile(
                    "interface 7|poll group|received descriptor|ours|receive queue|^down: ");

    @TempDir Path directory;

    private final Set<String> reported = new TreeSet<>();

    @ParameterizedTest
    @EnumSource(Role.class)
    void eachCallFailsOnceWithEachError(Role role) {
        int part = Integer.getInteger("fault.part", 4);
        Fault none = Fault.none();
        // The first run loads classes, which takes longer than a handshake may.
        run(role, Fault.none());
        LinkScenario sound = run(role, none);
        Set<String> usual = new HashSet<>(sound.reports());
        int runs = 0;
        int faults = 0;
        List<AssertionError> failures = new ArrayList<>();
        for (Map.Entry<SystemCall, Integer> calls : none.counts().entrySet()) {
            for (int number = 0; number < calls.getValue(); number++) {
                for (int errno : ERRORS) {
                    if (faults++ % part == 0 && failures.size() < MOST_FAILURES) {
                        Fault fault = Fault.of(calls.getKey(), number, errno);
                        check(role, fault, usual, none.total(), failures);
                        runs++;
                    }
                }
            }
        }
        System.out.println(role + ": " + none.counts());
        System.out.println(role + ": " + runs + " of " + faults + " faults; reported:");
        reported.forEach(System.out::println);
        if (!failures.isEmpty()) {
            AssertionError all = new AssertionError(failures.size() + " faults: " + failures);
            failures.forEach(all::addSuppressed);
            throw all;
        }
        run(role, Fault.none());
    }

    private LinkScenario run(Role role, Fault fault) {
        LinkScenario scenario = new LinkScenario(role, directory.resolve("s").toString(), fault);
        scenario.run();
        return scenario;
    }

    private void check(
            Role role,
            Fault fault,
            Set<String> usual,
            int soundCalls,
            List<AssertionError> failures) {
        Set<Integer> before = ProcessTables.descriptors().keySet();
        try {
            LinkScenario scenario = run(role, fault);
            assertEquals(before, ProcessTables.descriptors().keySet(), "descriptors");
            int most = soundCalls + EXTRA_CALLS + CALLS_A_TURN * scenario.turns();
            assertTrue(fault.total() <= most, fault.total() + " calls, at most " + most);
            List<String> unusual = new ArrayList<>();
            for (String report : scenario.reports()) {
                if (!usual.contains(report)) {
                    reported.add(report.replaceAll("[0-9]{2,}", "n"));
                    unusual.add(report);
                }
            }
            checkClear(unusual, fault);
            if (fault.errno() == Errno.EINTR) {
                assertEquals(usual, new HashSet<>(scenario.reports()), "an interrupt is no error");
            }
        } catch (RuntimeException | AssertionError e) {
            failures.add(new AssertionError(role + ", " + fault + ": " + e.getMessage(), e));
        }
    }

    /**
     * If anything was reported, then which error it was, and of which socket or what else of ours.
     */
    private void checkClear(List<String> unusual, Fault fault) {
        String socket = directory.resolve("s").toString();
        boolean clear = unusual.isEmpty();
        for (String report : unusual) {
            boolean how = report.contains(fault.errnoName()) || MEANINGS.matcher(report).find();
            boolean where = report.contains(socket) || THINGS.matcher(report).find();
            clear |= how && where;
        }
        assertTrue(clear, () -> "not clear: " + unusual);
    }
}
