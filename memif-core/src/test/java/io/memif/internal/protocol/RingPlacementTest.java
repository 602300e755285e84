package io.memif.internal.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class RingPlacementTest {
    private static RingPlacement placement() {
        return new RingPlacement(Direction.S2M, 1, 2, 3, 4);
    }

    @Test
    void everyPartCountsWhenPlacementsAreCompared() {
        List<RingPlacement> others =
                List.of(
                        new RingPlacement(Direction.M2S, 1, 2, 3, 4),
                        new RingPlacement(Direction.S2M, 0, 2, 3, 4),
                        new RingPlacement(Direction.S2M, 1, 0, 3, 4),
                        new RingPlacement(Direction.S2M, 1, 2, 0, 4),
                        new RingPlacement(Direction.S2M, 1, 2, 3, 0));
        assertEquals(RingPlacement.class.getRecordComponents().length, others.size());
        others.forEach(other -> assertNotEquals(placement(), other));
        assertEquals(placement(), placement());
        assertEquals(placement().hashCode(), placement().hashCode());
    }
}
