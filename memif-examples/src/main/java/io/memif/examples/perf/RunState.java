package io.memif.examples.perf;

/** Tells the polling threads when to end. Any thread. */
final class RunState {
    private volatile boolean over;

    boolean isOver() {
        return over;
    }

    void end() {
        over = true;
    }
}
