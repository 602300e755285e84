package io.memif.examples.perf;

import io.memif.examples.Converters;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What our side of the link does. */
enum Workload {
    /** Receives. */
    SINK,
    /** Sends as fast as the peer takes it. */
    SOURCE,
    /** Sends back what it receives. */
    ECHO,
    /** Sends a packet, waits until one comes back, and notes how long that took. */
    PINGPONG;

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Workloads on the command line. */
    static final class Word extends Converters.OneOf<Workload> {
        /** Used by the command line. */
        Word() {
            super(
                    new TreeMap<>(
                            Map.of(
                                    "sink", SINK,
                                    "source", SOURCE,
                                    "echo", ECHO,
                                    "pingpong", PINGPONG)));
        }
    }
}
