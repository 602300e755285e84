package io.memif.tests.bench.side;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.examples.Memif;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Any program that prints its rate at an end of a link. */
@Tag("once")
@Timeout(60)
class ProgramTest {
    /** Some seconds: on a busy machine a process may have to wait for its processor. */
    private static final RunContext.Times SHORT = RunContext.Times.ofSeconds(0.2, 0.1, 40);

    private static final int LAST = Math.min(1, Runtime.getRuntime().availableProcessors() - 1);

    @TempDir private Path directory;

    @Test
    void ratesAreReadInTheUsualUnits() {
        assertEquals(OptionalDouble.of(12.5), Program.rate("  1.0 s  12.5 M packets/s  6 G bit/s"));
        assertEquals(OptionalDouble.of(3.25), Program.rate("rx 3.25 Mpps"));
        assertEquals(OptionalDouble.of(0.25), Program.rate("250 kpps"));
        assertEquals(OptionalDouble.of(2), Program.rate("2000000 packets/s"));
        assertEquals(OptionalDouble.of(1.5), Program.rate("1500000 pps"));
        assertEquals(OptionalDouble.empty(), Program.rate("12 packets, 64 B"));
        assertEquals(OptionalDouble.empty(), Program.rate("link up"));
    }

    private Program script(String text) throws IOException {
        Path file = directory.resolve("program");
        Files.writeString(file, "#!/bin/sh\n" + text + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        return Program.parse(file + " ");
    }

    /** As somebody else would: a program of its own, which is {@code memif perf} with text. */
    private Program perf() throws IOException {
        return script(
                "exec '"
                        + Path.of(System.getProperty("java.home"), "bin", "java")
                        + "' -cp '"
                        + System.getProperty("java.class.path")
                        + "' "
                        + Memif.class.getName()
                        + " perf \"$@\"");
    }

    private static Setup.Result run(End tested, End opposite, Setup.Gauge gauge)
            throws IOException, InterruptedException {
        Jvm jvm = Jvm.of(Path.of(System.getProperty("java.home")), "serial");
        return new Setup(tested, opposite, gauge).run(new Cpus(0, LAST), jvm, SHORT, true);
    }

    @Test
    void itsRateCountsWhenItIsOppositeAsSlave() throws Exception {
        End source = perf().source(false, 64);
        Setup.Result result = run(Build.CURRENT.sink(true), source, Setup.Gauge.OPPOSITE);
        assertTrue(Statistics.median(result.rates()) > 0, result.toString());
        assertTrue(result.packets() > 0, result.toString());
    }

    @Test
    void itsRateCountsWhenItIsUnderTestAsMaster() throws Exception {
        End sink = perf().sink(true);
        Setup.Result result = run(sink, Build.CURRENT.source(false, 64), Setup.Gauge.TESTED);
        assertTrue(Statistics.median(result.rates()) > 0, result.toString());
    }

    @Test
    void itTakesBothEnds() throws Exception {
        Program perf = perf();
        Setup.Result result = run(perf.sink(false), perf.source(true, 64), Setup.Gauge.OPPOSITE);
        assertTrue(Statistics.median(result.rates()) > 0, result.toString());
    }

    @Test
    void itEchoes() throws Exception {
        End ping = Build.CURRENT.perf("pingpong", false);
        Setup.Result result = run(ping, perf().echo(true), Setup.Gauge.TESTED);
        assertFalse(result.p50().isEmpty(), result.toString());
    }

    @Test
    void itsEchoSleepsAndItsProcessorTimeIsTold() throws Exception {
        End load = Build.CURRENT.perf("source", false, "--bidir", "--latency", "-b", "1000pps");
        Setup.Result result = run(perf().sleepingEcho(true), load, Setup.Gauge.OPPOSITE);
        assertFalse(result.p50().isEmpty(), result.toString());
        // A millisecond is what there is for a packet at this rate.
        assertFalse(result.cpuPerPacket().isEmpty(), result.toString());
        double ns = Statistics.median(result.cpuPerPacket());
        assertTrue(ns > 0 && ns < 2e6, result.toString());
    }

    @Test
    void aProgramThatMakesNoSocketFailsTheRunWithItsWords() throws Exception {
        End sink = script("echo I cannot speak memif").sink(true);
        RunFailure failure =
                assertThrows(
                        RunFailure.class,
                        () -> run(sink, Build.CURRENT.source(false, 64), Setup.Gauge.TESTED));
        assertTrue(failure.getMessage().contains("I cannot speak memif"), failure.getMessage());
    }

    @Test
    void aProgramThatPrintsNoRateFailsTheRun() throws Exception {
        RunContext context = new RunContext(directory, 0, null, SHORT);
        Program silent = script("sleep 50");
        try (End.Running running = silent.source(false, 64).start(context)) {
            RunFailure failure = assertThrows(RunFailure.class, () -> running.measure(SHORT));
            assertTrue(failure.getMessage().contains("printed no rate"), failure.getMessage());
            running.finish();
        }
    }

    @Test
    void itsRowsTakeBothEnds() throws Exception {
        List<String> ids = Rows.with(perf()).stream().map(Row::id).toList();
        assertTrue(
                ids.containsAll(
                        List.of(
                                "sink-64/program",
                                "sink-64/program-opposite",
                                "sink-64/program-both",
                                "source-64-master/program",
                                "interrupt-1000/program",
                                "round-trip/program")),
                ids.toString());
        assertEquals(ids.size(), ids.stream().distinct().count());
    }
}
