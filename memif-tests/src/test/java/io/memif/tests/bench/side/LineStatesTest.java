package io.memif.tests.bench.side;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class LineStatesTest {
    @Test
    void roundTripsOfOneStateDifferByNoMoreThanTheTolerance() {
        assertTrue(LineStates.isOneState(List.of(150.0, 172.0, 160.0)));
        assertFalse(LineStates.isOneState(List.of(150.0, 173.0, 160.0)));
        assertFalse(LineStates.isOneState(List.of(305.0, 150.0, 150.0)));
        assertTrue(LineStates.isOneState(List.of(620.0)));
    }

    @Test
    void aStateEndsWhereTheNextRoundTripIsLongerByFar() {
        LineStates states = LineStates.of(List.of(610.0, 150.0, 305.0, 148.0, 160.0, 590.0));
        assertEquals(3, states.count());
        for (double fast : List.of(148.0, 150.0, 160.0)) {
            assertEquals(0, states.indexOf(fast));
        }
        assertEquals(1, states.indexOf(305.0));
        assertEquals(2, states.indexOf(590.0));
        assertEquals(2, states.indexOf(610.0));
        assertThrows(IllegalArgumentException.class, () -> states.indexOf(400.0));
    }

    @Test
    void nothingMeasuredIsNoState() {
        assertEquals(0, LineStates.of(List.of()).count());
    }

    @Test
    void pairsAreSplitByTheStateTheyRanIn() {
        Pair slow = PairExamples.rates(0, 600, 10, 10);
        Pair fast = PairExamples.rates(1, 150, 10, 10);
        Pair slower = PairExamples.rates(2, 640, 10, 10);
        // A state of other rows, in which none of these ran.
        LineStates states = LineStates.of(List.of(150.0, 300.0, 600.0, 640.0));
        assertEquals(
                List.of(List.of(fast), List.of(slow, slower)),
                states.split(List.of(slow, fast, slower)));
    }
}
