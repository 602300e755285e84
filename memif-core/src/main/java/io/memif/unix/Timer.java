package io.memif.unix;

/** A task to be run once by a {@link PollGroup}. To be used on the thread that polls only. */
public final class Timer {
    static final int IDLE = -1;

    final Runnable task;
    long deadlineNs;
    long sequence;
    int position = IDLE;

    private final TimerQueue queue;

    Timer(TimerQueue queue, Runnable task) {
        this.queue = queue;
        this.task = task;
    }

    /** Makes the task not run. Does nothing if it has run or was cancelled. */
    public void cancel() {
        queue.remove(this);
    }

    /**
     * Sets the time anew, whether the timer is waiting, has run or was cancelled. Allocates
     * nothing.
     *
     * @param delayNs nanoseconds from now, not negative
     */
    public void restart(long delayNs) {
        queue.schedule(this, delayNs);
    }

    /**
     * Whether the task is still to run.
     *
     * @return true if it waits for its time
     */
    public boolean isScheduled() {
        return position != IDLE;
    }

    /** The task, and when it will run. */
    @Override
    public String toString() {
        return "timer of "
                + task
                + (isScheduled() ? ", due in " + queue.delayNs(this) + " ns" : ", idle");
    }
}
