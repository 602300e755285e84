package io.memif.tests.fault;

import io.memif.tests.fault.HelperCase.End;
import io.memif.tests.fault.HelperCase.Job;
import io.memif.tests.fault.HelperCase.Moment;
import io.memif.tests.life.HeldResources;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every kind of helper job finishes before, during and after the end of its link, whoever ends it:
 * nothing is left behind, nothing unexpected is reported, and after a peer's end the next link
 * comes up. All cases of a job run side by side, since most of them wait: some 10 seconds.
 */
@Timeout(120)
class HelperJobsTest {
    @TempDir Path directory;

    @ParameterizedTest
    @EnumSource(Job.class)
    void finishesBeforeDuringAndAfterTheEnd(Job job) throws Exception {
        HeldResources before = HeldResources.now();
        List<HelperCase> cases = new ArrayList<>();
        for (End end : End.values()) {
            for (Moment moment : Moment.values()) {
                for (boolean ownThread : new boolean[] {true, false}) {
                    String address = directory.resolve("s" + cases.size()).toString();
                    cases.add(new HelperCase(job, end, moment, ownThread, address));
                }
            }
        }
        runAll(cases);
        before.awaitBack("after all cases of " + job);
    }

    private static void runAll(List<HelperCase> cases) throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(cases.size());
        List<Future<?>> running = new ArrayList<>();
        for (HelperCase each : cases) {
            running.add(
                    threads.submit(
                            () -> {
                                each.run();
                                return null;
                            }));
        }
        AssertionError failures = new AssertionError("cases failed");
        for (int i = 0; i < running.size(); i++) {
            try {
                running.get(i).get();
            } catch (ExecutionException e) {
                failures.addSuppressed(new AssertionError(cases.get(i).toString(), e.getCause()));
            }
        }
        threads.shutdown();
        if (failures.getSuppressed().length > 0) {
            throw failures;
        }
    }
}
