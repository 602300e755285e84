package io.memif.examples.perf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a search for rates prints, in a locale with digits of its own. */
class NdrReportTest {
    private static final RateSearch.Goal NDR = new RateSearch.Goal("NDR", 0);
    private static final Mix MIX = Mix.parse("100");
    private static final Flows FLOWS =
            new Flows(7, Set.of(Flows.Part.SRC_IP), Flows.End.FROM_V4, Flows.End.TO_V4);

    private final Locale before = Locale.getDefault();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void setLocale() {
        Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
    }

    @AfterEach
    void restoreLocale() {
        Locale.setDefault(before);
    }

    private static TrialResult trial(double seconds, long lost) {
        long offered = 1_000_000;
        return new TrialResult(
                offered,
                1,
                seconds,
                1.5,
                offered,
                lost / 2,
                0,
                offered - lost,
                0,
                0,
                4_500,
                20_250);
    }

    private void report(boolean json, boolean isComplete, List<TrialResult> trials, long upper) {
        NdrReport report = new NdrReport(new PrintWriter(out), new PrintWriter(err), json);
        report.begins(MIX);
        trials.forEach(report::trial);
        long lower = trials.isEmpty() ? 0 : 1_000_000;
        List<RateSearch.Found> found =
                List.of(new RateSearch.Found(NDR, lower, upper, isComplete, 999_000, trials));
        report.found(MIX, found, trials);
        report.end("ip", FLOWS, false, null);
        assertEquals("", err.toString());
        assertTrue(out.toString().chars().allMatch(each -> each < 128), out.toString());
    }

    @Test
    void theRateIsWhatCameThroughAndTheSpreadOfTheTrialsIsTold() {
        report(false, true, List.of(trial(1, 10), trial(1, 0), trial(1, 0)), 1_004_000);
        assertEquals(
                "100 B: 3 trials in 4.5 s\n"
                        + "  NDR     0.9990 M packets/s, 0.7992 G bit/s (between 1.0000 and 1.0040)\n"
                        + "      3 trials, 2 good: received 1.0000 to 1.0000 M packets/s, lost 0.0000"
                        + " to 0.0010 %; p50 4.5 us, p99 20.3 us\n",
                out.toString());
    }

    @Test
    void aGeneratorThatWasLateAndASearchThatWasEndedAreMarked() {
        report(false, false, List.of(trial(1.05, 0)), 0);
        assertTrue(out.toString().contains("1.0000 offered, nothing higher tried"), out.toString());
        assertTrue(
                out.toString()
                        .endsWith(
                                "; unfinished: the search was ended before; the generator is what"
                                        + " limits it\n"),
                out.toString());
    }

    @Test
    void noRateIsToldApartFromNoTime() {
        report(false, true, List.of(), 1_000);
        report(false, false, List.of(), 0);
        assertTrue(out.toString().contains("none: too much is lost even at 0.0010 M"));
        assertTrue(out.toString().contains("not looked for: no time"));
    }

    @Test
    void jsonHasAllTrials() {
        report(true, true, List.of(trial(1, 10), trial(1, 0)), 1_004_000);
        String json = out.toString();
        assertTrue(
                json.startsWith(
                        "{\"mode\":\"ip\",\"flows\":7,\"vary\":\"src-ip\",\"srcIp\":\"198.18.0.1\","
                                + "\"dstIp\":\"198.19.0.1\",\"bidir\":false,\"results\":[{"),
                json);
        assertTrue(json.contains("\"lowerPps\":1000000,\"upperPps\":1004000"), json);
        assertTrue(json.contains("\"lost\":10,\"refused\":5,\"unsent\":0"), json);
        assertEquals(1, json.lines().count());
    }
}
