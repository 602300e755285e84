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
 */
record PerfPlan(
        Workload workload,
        Touch touch,
        int length,
        int header,
        int burst,
        RxMode rxMode,
        boolean threadPerQueue,
        boolean verify) {

    /** Whether we look into the packets that we receive, and not only at their length. */
    boolean readsPayload() {
        return workload != Workload.SINK || touch != Touch.NONE || verify;
    }
}
