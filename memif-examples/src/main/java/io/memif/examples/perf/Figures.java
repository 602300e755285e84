package io.memif.examples.perf;

import java.util.List;

/**
 * What a run found.
 *
 * @param measured what happened after the warm-up
 * @param total what happened since the link came up
 * @param windows packets per second in each full interval after the warm-up
 * @param end why it ended
 * @param endReason what the peer or the library said about that; may be null
 */
record Figures(Sample measured, Sample total, List<Double> windows, Ending end, String endReason) {
    /** Why a run ended. */
    enum Ending {
        /** Its time was over. */
        TIME,
        /** The link went down. */
        PEER,
        /** Ctrl-C, SIGTERM or a failure. */
        STOPPED
    }

    /**
     * What only some runs find.
     *
     * @param roundTrips after the warm-up
     * @param timeouts packets that did not come back
     * @param findings of the verifiers
     */
    record Extras(RoundTrips roundTrips, long timeouts, Verifier.Findings findings) {}
}
