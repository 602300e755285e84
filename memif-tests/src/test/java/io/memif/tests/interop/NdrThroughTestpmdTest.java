package io.memif.tests.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.memif.examples.Memif;
import io.memif.testing.ChildProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code memif perf ndr} through a testpmd with two memif ports, in by one and out by the other; a
 * short search with wide goals. Some 10 s.
 */
@Tag("once")
@Needs(Need.TESTPMD)
@Timeout(120)
class NdrThroughTestpmdTest {
    private static final String QUICK =
            " --warmup 0.6 --first-trial 0.1 --trial 0.1 --sum 0.3 --width 20 --time-limit 2"
                    + " --json";

    @TempDir Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--size 64,9000 --flows 16",
                "--size imix --bidir --ipv6 --flows 100000 --vary src-ip,dst-ip,src-mac,dst-mac"
            })
    void whatTestpmdForwardsIsFound(String options) throws Exception {
        String in = directory.resolve("in").toString();
        String out = directory.resolve("out").toString();
        Path plot = directory.resolve("ndr.svg");
        String command =
                "perf ndr %s%s --socket %s --back %s --plot %s"
                        .formatted(options, QUICK, in, out, plot);
        try (Testpmd testpmd =
                        Testpmd.memif(in, "role=server")
                                .device("net_memif1,role=server,socket-abstract=no,socket=" + out)
                                .options("--forward-mode=io")
                                .start();
                ChildProcess ndr = ChildProcess.java(Memif.class, command.split(" +")).start()) {
            testpmd.command("start");
            int code = ndr.exitCode();
            assertTrue(code == 0 || code == 3, ndr::toString);
            assertEquals("", ndr.err());
            check(JsonParser.parseString(ndr.out()).getAsJsonObject());
        }
        String svg = Files.readString(plot);
        assertTrue(
                svg.contains("<svg ") && svg.contains(">offered, million packets per second<"),
                svg);
    }

    private static void check(JsonObject json) {
        JsonArray trials = json.get("trials").getAsJsonArray();
        assertTrue(trials.size() >= 3, json.toString());
        long passed = 0;
        for (JsonElement each : trials) {
            JsonObject trial = each.getAsJsonObject();
            long offered = trial.get("offered").getAsLong();
            long received = trial.get("received").getAsLong();
            assertEquals(offered - received, trial.get("lost").getAsLong(), trial.toString());
            // Chains it breaks and repeats when its rings are full.
            if (!trial.get("size").getAsString().equals("9000")) {
                assertEquals(0, trial.get("duplicated").getAsLong(), trial.toString());
                assertEquals(0, trial.get("damaged").getAsLong(), trial.toString());
            }
            passed += received;
        }
        assertTrue(passed > 100, json.toString());
    }
}
