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
    PINGPONG,
    /** Does what the other end needs. */
    SERVER,
    /** Sends and receives at the same time. */
    BIDIR;

    private static final String APPLICATION = "io.memif perf ";

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What the other end is told that we do. */
    String applicationName() {
        return APPLICATION + word();
    }

    /**
     * What a server does for a peer.
     *
     * @param peerApplicationName as the peer tells it; other programs get a sink
     */
    static Workload opposite(String peerApplicationName) {
        for (Workload each : values()) {
            if (each.applicationName().equals(peerApplicationName)) {
                return each.opposite();
            }
        }
        return SINK;
    }

    private Workload opposite() {
        return switch (this) {
            case SINK -> SOURCE;
            case PINGPONG -> ECHO;
            case BIDIR -> BIDIR;
            default -> SINK;
        };
    }

    /** The same flow the other way. */
    Workload reversed() {
        return switch (this) {
            case SOURCE -> SINK;
            case SINK -> SOURCE;
            default -> throw new IllegalArgumentException("nothing to reverse: " + this);
        };
    }

    boolean sends() {
        return this == SOURCE || this == BIDIR;
    }

    /** Whether packets that come are what counts. */
    boolean receives() {
        return this != SOURCE;
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
                                    "pingpong", PINGPONG,
                                    "server", SERVER)));
        }
    }
}
