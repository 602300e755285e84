package io.memif.examples.ping;

/**
 * How often to ask and how long to wait.
 *
 * @param count requests to send
 * @param intervalNs nanoseconds from one request to the next; 0 to send on each reply
 * @param timeoutNs nanoseconds to wait for the last reply, and for each when flooding
 */
record PingPlan(long count, long intervalNs, long timeoutNs) {
    boolean isFlood() {
        return intervalNs == 0;
    }
}
