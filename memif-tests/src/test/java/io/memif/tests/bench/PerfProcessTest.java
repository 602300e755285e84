package io.memif.tests.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code memif perf} as its users see it: exit codes, standard output, signals, a dead peer. */
@Tag("once")
@Timeout(60)
class PerfProcessTest {
    @TempDir private Path directory;

    private PerfProcess start(String args) throws IOException {
        return PerfProcess.start(directory, args + " --socket " + directory.resolve("s.sock"));
    }

    @Test
    void aKilledPeerEndsItWithTheFiguresSoFar() throws Exception {
        try (PerfProcess sink = start("--workload sink --role master --warmup 0 --seconds 50");
                PerfProcess source = start("--workload source --seconds 50")) {
            sink.awaitProgress(" packets/s ");
            source.kill();
            assertEquals(0, sink.exitCode(), sink.err());
            JsonObject json = JsonLineCheck.parse(sink.out());
            assertEquals("peer", json.get("end").getAsString());
            assertTrue(json.get("packets").getAsLong() > 0, json.toString());
        }
    }

    @Test
    void sigtermEndsItWithTheFiguresSoFar() throws Exception {
        try (PerfProcess echo = start("--workload echo --role master --warmup 0 --seconds 50");
                PerfProcess ping = start("--workload pingpong --warmup 0 --seconds 50")) {
            ping.awaitProgress(" packets/s ");
            ping.terminate();
            assertEquals(0, ping.exitCode(), ping.err());
            JsonObject json = JsonLineCheck.parse(ping.out());
            assertEquals("stopped", json.get("end").getAsString());
            assertTrue(json.get("roundTrips").getAsLong() > 0, json.toString());
            assertEquals(0, echo.exitCode(), echo.err());
            assertEquals("peer", JsonLineCheck.parse(echo.out()).get("end").getAsString());
        }
    }

    @Test
    void noLinkWithinTenSecondsIsAFailureWithItsReason() throws Exception {
        long start = System.nanoTime();
        try (PerfProcess master = start("--workload sink --role master");
                PerfProcess slave =
                        PerfProcess.start(
                                directory,
                                "--workload source --socket " + directory.resolve("nobody"))) {
            assertEquals(1, master.exitCode(), master.err());
            assertEquals(1, slave.exitCode(), slave.err());
            double seconds = (System.nanoTime() - start) / 1e9;
            assertTrue(seconds >= 10 && seconds < 30, seconds + " s");
            assertEquals("", master.out() + slave.out());
            assertTrue(
                    master.err().contains("memif perf: no link within 10 s: no peer came"),
                    master.err());
            assertTrue(slave.err().contains("memif perf: no link within 10 s: "), slave.err());
            assertTrue(slave.err().contains("nobody"), slave.err());
        }
    }

    @Test
    void aSocketThatCannotBeMadeFailsAtOnce() throws Exception {
        try (PerfProcess master =
                PerfProcess.start(
                        directory,
                        "--workload sink --role master --socket "
                                + directory.resolve("none/s.sock"))) {
            assertEquals(1, master.exitCode(), master.err());
            assertEquals("", master.out());
            assertTrue(master.err().contains("none/s.sock"), master.err());
        }
    }
}
