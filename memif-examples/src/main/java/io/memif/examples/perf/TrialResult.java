package io.memif.examples.perf;

/**
 * What came of a load that was offered to a device.
 *
 * @param load packets per second that were to be offered
 * @param intended seconds for which
 * @param seconds in which they were: more than intended if the generator was held up
 * @param elapsed seconds until the next trial may begin, with all waiting
 * @param offered packets, those that a full ring refused and those that there was no time for
 *     included
 * @param refused of the offered, by a ring that was full
 * @param unsent of the offered, since the generator was too slow
 * @param received packets of this trial, each counted once
 * @param duplicated packets that came again
 * @param damaged packets that came shorter or longer than they were sent; they are not received
 * @param medianNs that half of the packets needed, in nanoseconds; 0 if none came
 * @param tailNs that 99 % of the packets needed, in nanoseconds
 */
record TrialResult(
        long load,
        double intended,
        double seconds,
        double elapsed,
        long offered,
        long refused,
        long unsent,
        long received,
        long duplicated,
        long damaged,
        long medianNs,
        long tailNs) {
    /** Part of the offered packets that did not come back. */
    double lossRatio() {
        return offered == 0 ? 0 : (double) lost() / offered;
    }

    long lost() {
        return Math.max(0, offered - received);
    }

    /** Packets that came back, a second. */
    double receivedRate() {
        return seconds <= 0 ? 0 : received / seconds;
    }
}
