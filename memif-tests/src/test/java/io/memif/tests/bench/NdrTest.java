package io.memif.tests.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code memif perf ndr} against our own echo in this JVM; some 4 s. */
@Tag("once")
@Timeout(60)
class NdrTest {
    private static final String QUICK =
            " --warmup 0.2 --first-trial 0.05 --trial 0.05 --sum 0.1 --width 30 --time-limit 1.5"
                    + " --max 300Kpps --socket @";

    private static String socket(String name) {
        return "memif-ndr-" + name + "-" + ProcessHandle.current().pid();
    }

    private static PerfCall echo(String name) {
        return PerfCall.start(
                "--workload echo --role master --seconds 50 --socket @" + socket(name));
    }

    @Test
    void everyPacketOfEveryTrialIsAccountedFor() throws Exception {
        PerfCall echo = echo("echo");
        PerfCall ndr = PerfCall.startNdr("--size 64,imix --flows 7" + QUICK + socket("echo"));
        int code = ndr.exitCode();
        assertTrue(code == 0 || code == 3, ndr.err());
        JsonObject json = JsonLineCheck.parse(ndr.out());
        assertEquals(4, json.get("results").getAsJsonArray().size());
        assertEquals(7, json.get("flows").getAsInt());
        long received = 0;
        for (JsonElement each : json.get("trials").getAsJsonArray()) {
            JsonObject trial = each.getAsJsonObject();
            received += trial.get("received").getAsLong();
            assertEquals(
                    trial.get("offered").getAsLong(),
                    trial.get("received").getAsLong() + trial.get("lost").getAsLong(),
                    trial.toString());
            assertEquals(0, trial.get("duplicated").getAsLong(), trial.toString());
            assertEquals(0, trial.get("damaged").getAsLong(), trial.toString());
            double expected = trial.get("pps").getAsDouble() * 0.05;
            assertEquals(expected, trial.get("offered").getAsDouble(), 2, trial.toString());
        }
        assertTrue(received > 0, json.toString());
        boolean isComplete = true;
        for (JsonElement each : json.get("results").getAsJsonArray()) {
            JsonObject result = each.getAsJsonObject();
            assertTrue(result.get("lowerPps").getAsLong() <= 300_000, result.toString());
            isComplete &= result.get("complete").getAsBoolean();
        }
        assertEquals(isComplete, code == 0, json.toString());
        assertEquals("", ndr.err());
        assertEquals("peer", echo.json().get("end").getAsString());
    }

    @Test
    void whoeverSendsNothingBackIsToldApartFromWhoeverLosesAll() throws Exception {
        PerfCall sink =
                PerfCall.start(
                        "--workload sink --role master --seconds 50 --socket @" + socket("sink"));
        PerfCall ndr = PerfCall.startNdr(QUICK + socket("sink"));
        assertEquals(1, ndr.exitCode());
        assertTrue(ndr.err().contains("does the device send them on"), ndr.err());
        assertEquals(1, ndr.err().lines().count(), ndr.err());
        assertEquals("", ndr.out());
        sink.json();
    }

    @Test
    void whoIsStoppedSaysWhatItKnows() throws Exception {
        PerfCall echo = echo("stop");
        PerfCall ndr =
                PerfCall.startNdr(
                        "--warmup 0.2 --max 100Kpps --first-trial 20 --trial 20 --socket @"
                                + socket("stop"));
        while (!echo.err().contains("packets/s")) {
            Thread.onSpinWait();
        }
        ndr.stop();
        assertEquals(3, ndr.exitCode(), ndr.err());
        JsonObject json = JsonLineCheck.parse(ndr.out());
        assertTrue(json.get("trials").getAsJsonArray().isEmpty(), json.toString());
        echo.json();
    }

    @Test
    void aLinkThatGoesDownEndsItWithTheReason() throws Exception {
        PerfCall echo =
                PerfCall.start(
                        "--workload echo --role master --warmup 0 --seconds 0.5 --socket @"
                                + socket("down"));
        PerfCall ndr =
                PerfCall.startNdr(
                        "--first-trial 20 --trial 20 --max 10Kpps --warmup 0 --socket @"
                                + socket("down"));
        assertEquals(1, ndr.exitCode());
        assertTrue(ndr.err().contains("the link went down: "), ndr.err());
        echo.json();
    }
}
