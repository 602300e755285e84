package io.memif.tests.bench.side;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The states that a machine was in, told apart by the round trip of a cache line between two of its
 * processors.
 *
 * <p>While the host leaves the processors where they are, the medians that {@link LineProbe} takes
 * agree within a few per cent; when it moves them, the round trip becomes up to four times as long.
 */
final class LineStates {
    /** Two round trips with a larger ratio are of different states. */
    static final double TOLERANCE = 1.15;

    /** Sorted values of each state; states are sorted, too. */
    private final List<List<Double>> states = new ArrayList<>();

    private LineStates() {}

    /** Whether round trips that were measured one after the other are of one state. */
    static boolean isOneState(List<Double> roundTrips) {
        return Collections.max(roundTrips) <= TOLERANCE * Collections.min(roundTrips);
    }

    /** Finds the states: each ends where the next longer round trip is longer by far. */
    static LineStates of(List<Double> roundTrips) {
        LineStates found = new LineStates();
        double last = 0;
        for (double each : roundTrips.stream().sorted().toList()) {
            if (each > TOLERANCE * last) {
                found.states.add(new ArrayList<>());
            }
            found.states.get(found.states.size() - 1).add(each);
            last = each;
        }
        return found;
    }

    /** How many there are. */
    int count() {
        return states.size();
    }

    /** The state of a round trip from which they were found, 0 and up, fastest first. */
    int indexOf(double roundTrip) {
        for (int i = 0; i < states.size(); i++) {
            if (states.get(i).contains(roundTrip)) {
                return i;
            }
        }
        throw new IllegalArgumentException(roundTrip + " is in none of " + states);
    }

    /** Splits pairs by the state they ran in, fastest first; states without pairs are left out. */
    List<List<Pair>> split(List<Pair> pairs) {
        List<List<Pair>> parts = new ArrayList<>();
        for (int i = 0; i < count(); i++) {
            int state = i;
            List<Pair> part =
                    pairs.stream()
                            .filter(pair -> indexOf(pair.lineRoundTripNs()) == state)
                            .toList();
            if (!part.isEmpty()) {
                parts.add(part);
            }
        }
        return parts;
    }
}
