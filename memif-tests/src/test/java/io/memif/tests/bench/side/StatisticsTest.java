package io.memif.tests.bench.side;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class StatisticsTest {
    @Test
    void theMedianIsTheMiddleOrTheMeanOfTheTwoInTheMiddle() {
        assertEquals(2, Statistics.median(List.of(9.0, 1.0, 2.0)));
        assertEquals(2.5, Statistics.median(List.of(9.0, 1.0, 2.0, 3.0)));
        assertTrue(Double.isNaN(Statistics.median(List.of())));
    }

    @Test
    void theBestQuarterIsRoundedUpAndKnowsWhatIsBetter() {
        List<Double> values = List.of(5.0, 1.0, 4.0, 2.0, 3.0);
        assertEquals(4.5, Statistics.bestQuarter(values, true));
        assertEquals(1.5, Statistics.bestQuarter(values, false));
        assertEquals(7, Statistics.bestQuarter(List.of(7.0), true));
        assertTrue(Double.isNaN(Statistics.bestQuarter(List.of(), true)));
    }
}
