package io.memif.examples.perf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(10)
class SequenceTrackerTest {
    private final SequenceTracker tracker = new SequenceTracker();

    @ParameterizedTest
    @CsvSource({
        "0 1 2 3, 0 0 0",
        "7 8 9, 0 0 0",
        "0 2, 1 0 0",
        "0 5 6 9, 6 0 0",
        "0 1 1 2, 0 1 0",
        "0 1 0 1 2, 0 2 0",
        "0 2 1 3, 0 0 1",
        "0 4 3 2 1 5, 0 0 3",
        "0 3 1 1, 1 1 1",
        "5 4 6, 0 0 1",
        "5 4 4 6, 0 1 1",
        "0 70000 70001, 69999 0 0",
        "0 65537 1, 65536 1 0",
        "0 65536 1, 65534 0 1",
    })
    void countsWhatIsWrong(String sequences, String expected) {
        for (String each : sequences.split(" ")) {
            tracker.note(Long.parseLong(each));
        }
        assertEquals(
                expected, tracker.lost() + " " + tracker.duplicated() + " " + tracker.reordered());
    }

    @Test
    void agreesWithACensusOfRandomTraffic() {
        Random random = new Random(42);
        List<Long> sent = new ArrayList<>(List.of(0L));
        long lost = 0;
        long duplicated = 0;
        for (long i = 1; i < 300_000; i++) {
            int fate = random.nextInt(100);
            if (fate == 0 && i < 299_999) {
                lost++;
            } else {
                sent.add(i);
            }
            if (fate == 1) {
                sent.add(i);
                duplicated++;
            }
        }
        for (int i = 1; i < sent.size() - 40; i += 40) {
            Collections.swap(sent, i, i + random.nextInt(39));
        }
        sent.forEach(tracker::note);
        assertEquals(lost, tracker.lost());
        assertEquals(duplicated, tracker.duplicated());
        assertEquals(lateOnes(sent), tracker.reordered());
    }

    private static long lateOnes(List<Long> sent) {
        long late = 0;
        long highest = -1;
        Set<Long> seen = new HashSet<>();
        for (long each : sent) {
            late += each < highest && seen.add(each) ? 1 : 0;
            seen.add(each);
            highest = Math.max(highest, each);
        }
        return late;
    }
}
