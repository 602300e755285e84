package io.memif.tests.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code memif perf} against itself in this JVM: every workload, figures that fit together. */
@Tag("once")
@Timeout(60)
class PerfTest {
    private static final String SHORT = " --warmup 0.2 --seconds 0.5 --interval 0.1 --socket @";

    /** The second ends when the first, which has less to do, is gone. */
    private static final String LONG = " --warmup 0.1 --seconds 30 --socket @";

    /**
     * Packets and bytes are read one after the other, at the beginning and at the end. A batch may
     * be counted in between, on each of up to three queues.
     */
    private static final int COUNTED_MEANWHILE = 2 * 64 * 3;

    private static String socket(String name) {
        return "memif-perf-" + name + "-" + ProcessHandle.current().pid();
    }

    @ParameterizedTest
    @CsvSource({
        "none, slave, master, --rx-mode polling",
        "read, master, slave, --rx-mode adaptive",
        "copy, slave, master, --rx-mode interrupt",
        "none, master, slave, --queues 3 --ring-size 64 --burst 16",
        "none, slave, master, --queues 2 --thread-per-queue",
        "copy, master, slave, --mode ip --length 1 --buffer-size 64",
        "read, slave, master, --length 9000 --ring-size 256",
        "none, slave, master, --verify",
        "none, master, slave, --verify --queues 2 --thread-per-queue --length 1500",
        "none, slave, master, --verify --length 5000 --burst 3",
        "none, master, slave, --verify --mode ip --length 16",
    })
    void aSinkReceivesWhatASourceSends(String touch, String role, String other, String options)
            throws InterruptedException {
        String socket = socket("flow");
        PerfCall source =
                PerfCall.start("--workload source --role " + role + LONG + socket + " " + options);
        PerfCall sink =
                PerfCall.start(
                        "--workload sink --touch "
                                + touch
                                + " --role "
                                + other
                                + SHORT
                                + socket
                                + " "
                                + options);
        JsonObject received = sink.json();
        JsonObject sent = source.json();
        checkFigures(received);
        assertEquals("time", received.get("end").getAsString());
        assertEquals("peer", sent.get("end").getAsString());
        assertEquals(sent.get("length"), received.get("length"));
        boolean asked = options.contains("--burst");
        assertEquals(asked ? received.get("burst").getAsInt() : 256, sent.get("burst").getAsInt());
        assertTrue(asked || received.get("burst").getAsInt() == 64, received.toString());
        assertTrue(
                sent.get("totalPackets").getAsLong() >= received.get("totalPackets").getAsLong());
        if (options.contains("--verify")) {
            checkFlawless(received);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "slave, master, --rx-mode polling",
        "master, slave, --rx-mode interrupt",
        "slave, master, --verify --length 3000 --rx-mode adaptive",
        "master, slave, --verify --queues 2",
    })
    void aPingComesBackFromAnEcho(String role, String other, String options)
            throws InterruptedException {
        String socket = socket("ping");
        PerfCall echo =
                PerfCall.start("--workload echo --role " + role + LONG + socket + " " + options);
        PerfCall ping =
                PerfCall.start(
                        "--workload pingpong --role " + other + SHORT + socket + " " + options);
        JsonObject timed = ping.json();
        JsonObject echoed = echo.json();
        checkFigures(timed);
        assertTrue(timed.get("roundTrips").getAsLong() > 0, timed.toString());
        long least = 0;
        for (String name : List.of("rttP50Ns", "rttP99Ns", "rttP999Ns", "rttMaxNs")) {
            long value = timed.get(name).getAsLong();
            assertTrue(value > least || value == least && least > 0, timed.toString());
            least = value;
        }
        assertEquals(0, timed.get("timeouts").getAsLong());
        if (options.contains("--verify")) {
            checkFlawless(timed);
            checkFlawless(echoed);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "source -R, source, -P 2",
        "source --bidir, bidir, --verify",
        "sink --bidir, bidir, --queues 2 --rx-mode interrupt",
        "pingpong, echo, ''",
    })
    void aServerDoesWhatTheOtherEndNeeds(String client, String served, String options)
            throws InterruptedException {
        String socket = socket("server");
        PerfCall server =
                PerfCall.start("--workload server --role master" + LONG + socket + " " + options);
        PerfCall asking = PerfCall.start("--workload " + client + SHORT + socket + " " + options);
        JsonObject ours = asking.json();
        JsonObject theirs = server.json();
        assertEquals(served, theirs.get("workload").getAsString());
        assertTrue(ours.get("packets").getAsLong() > 0, ours.toString());
        assertTrue(theirs.get("totalPackets").getAsLong() > 0, theirs.toString());
        if (client.endsWith("--bidir")) {
            assertTrue(ours.get("sentPackets").getAsLong() > 0, ours.toString());
            assertTrue(theirs.get("sentPackets").getAsLong() > 0, theirs.toString());
        }
        if (options.contains("--verify")) {
            checkFlawless(ours);
            checkFlawless(theirs);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "51.2M, 100000, interrupt, ''",
        "5Kpps, 5000, adaptive, --length 3000",
        "100Kpps, 100000, polling, --queues 2",
    })
    void aPacedSourceKeepsItsRateAndWhoeverReceivesTellsHowLongItTook(
            String rate, double perSecond, String rxMode, String options)
            throws InterruptedException {
        String socket = socket("paced");
        String both = " --latency --rx-mode " + rxMode + " " + options;
        PerfCall sink =
                PerfCall.start(
                        "--workload sink --role master --warmup 0.2 --seconds 0.8 --interval 0.2"
                                + " --socket @"
                                + socket
                                + both);
        PerfCall source = PerfCall.start("--workload source -b " + rate + LONG + socket + both);
        JsonObject received = sink.json();
        source.json();
        double packets = received.get("packets").getAsDouble();
        double seconds = received.get("seconds").getAsDouble();
        // A busy machine holds senders up: then less is sent, never more.
        assertTrue(packets <= perSecond * seconds * 1.05 + 1024, received.toString());
        assertTrue(packets >= perSecond * seconds * 0.05, received.toString());
        checkTimes(received);
        checkFlawless(received);
    }

    @Test
    void anEchoUnderLoadIsTimed() throws InterruptedException {
        String socket = socket("load");
        PerfCall echo = PerfCall.start("--workload echo --role master" + LONG + socket);
        PerfCall load =
                PerfCall.start("--workload source --bidir -b 100Kpps --latency" + SHORT + socket);
        JsonObject timed = load.json();
        echo.json();
        checkTimes(timed);
        checkFlawless(timed);
        assertTrue(timed.get("sentPackets").getAsLong() > 0, timed.toString());
        // Should the first packet come after the warm-up: what follows its sender's numbers.
        assertTrue(timed.get("allocatedBytes").getAsLong() < 10_000, timed.toString());
    }

    private static void checkTimes(JsonObject timed) {
        long least = 0;
        for (String name : List.of("P50", "P99", "P999", "Max")) {
            long value = timed.get("latency" + name + "Ns").getAsLong();
            assertTrue(value >= least && value > 0, timed.toString());
            least = value;
        }
        assertTrue(timed.get("timed").getAsLong() > 0, timed.toString());
    }

    private static void checkFigures(JsonObject json) {
        double packets = json.get("packets").getAsDouble();
        double seconds = json.get("seconds").getAsDouble();
        assertTrue(packets > 0, json.toString());
        assertTrue(seconds >= 0.5 && seconds < 30, json.toString());
        double length = json.get("length").getAsDouble();
        double bytes = json.get("bytes").getAsDouble();
        assertEquals(0, bytes % length, json.toString());
        assertEquals(packets, bytes / length, COUNTED_MEANWHILE, json.toString());
        assertEquals(packets / seconds / 1e6, json.get("mpps").getAsDouble(), 1e-3);
        double gbps = bytes * 8 / seconds / 1e9;
        assertEquals(gbps, json.get("gbps").getAsDouble(), 1e-3);
        double ns = json.get("nsPerPacket").getAsDouble();
        assertEquals(1, ns * packets / seconds / 1e9, 1e-2, json.toString());
        assertTrue(json.get("totalPackets").getAsDouble() >= packets, json.toString());
        assertTrue(json.get("totalSeconds").getAsDouble() >= seconds + 0.2, json.toString());
        assertTrue(!json.get("windowMpps").getAsJsonArray().isEmpty(), json.toString());
    }

    static void checkFlawless(JsonObject json) {
        for (String name : List.of("lost", "duplicated", "reordered", "corrupted")) {
            assertEquals(0, json.get(name).getAsLong(), json.toString());
        }
    }

    @Test
    void aPeerThatLeavesDuringTheWarmUpLeavesFiguresOfNothing() throws InterruptedException {
        String socket = socket("short");
        PerfCall sink =
                PerfCall.start("--workload sink --role master --warmup 60 --socket @" + socket);
        PerfCall source = PerfCall.start("--workload source" + SHORT + socket);
        source.json();
        JsonObject received = sink.json();
        assertEquals("peer", received.get("end").getAsString());
        assertEquals(0, received.get("packets").getAsLong());
        assertEquals(0, received.get("nsPerPacket").getAsDouble());
        assertTrue(received.get("totalPackets").getAsLong() > 0, received.toString());
    }

    @Test
    void stoppingLeavesTheFiguresSoFar() throws InterruptedException {
        String socket = socket("stop");
        PerfCall sink = PerfCall.start("--workload sink --role master" + LONG + socket);
        PerfCall source = PerfCall.start("--workload source" + LONG + socket);
        // Both: a link that one side has not seen yet would be gone before it looks.
        while (!sink.err().contains("link up") || !source.err().contains("link up")) {
            Thread.onSpinWait();
        }
        sink.stop();
        assertEquals("stopped", sink.json().get("end").getAsString());
        assertEquals("peer", source.json().get("end").getAsString());
    }
}
