package io.memif.unix;

/** Counts the turns of a poll group, by a timer that is due in each. */
final class TurnCounter {
    private final Timer timer;
    private int turns;

    TurnCounter(PollGroup group) {
        timer = group.schedule(0, this::count);
    }

    private void count() {
        turns++;
        timer.restart(0);
    }

    int turns() {
        return turns;
    }
}
