package io.memif.examples.perf;

import io.memif.RxMode;

/**
 * What to measure.
 *
 * @param workload what our side does
 * @param touch what a sink does with the bytes
 * @param length bytes of the packets we make
 * @param header bytes at a packet's start that belong to its protocols
 * @param burst packets per turn of a queue
 * @param rxMode how to wait for packets
 * @param threadPerQueue whether each queue has a thread, or all share one
 * @param verify whether packets carry a stamp, and stamps are checked
 * @param latency whether packets carry the time at which they were due
 * @param packetsPerSecond that we send; 0 for as many as the peer takes
 */
record PerfPlan(
        Workload workload,
        Touch touch,
        int length,
        int header,
        int burst,
        RxMode rxMode,
        boolean threadPerQueue,
        boolean verify,
        boolean latency,
        double packetsPerSecond) {

    boolean sends() {
        return workload.sends();
    }

    boolean receives() {
        return workload.receives();
    }

    /** Whether packets have a time under way that is noted. */
    boolean times() {
        return latency && receives() || workload == Workload.PINGPONG;
    }

    /** Whether packets are checked for what was lost on the way, or came twice. */
    boolean checks() {
        return (verify || latency) && receives();
    }

    /** Whether we look into the packets that we receive, and not only at their length. */
    boolean readsPayload() {
        return workload != Workload.SINK || touch != Touch.NONE || verify || latency;
    }
}
