package io.memif.internal.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Tells a thread that checks a ring what its sender publishes, as far as it has to know: the first
 * packets since it has stopped checking, and more than {@link #CALM_SLOTS} since a check from which
 * it takes its time.
 *
 * <p>The two meet like this. The sender stores its index, makes a full fence, and reads the mark.
 * The other thread changes the mark, makes a full fence, and reads the ring once more.
 */
public abstract class PublishMark {
    /**
     * What a sender may publish before a checker that takes its time is told; VPP takes as many.
     */
    protected static final int CALM_SLOTS = 256;

    /** Nobody checks. */
    private static final int OFF = 0;

    /** The checker comes back soon. */
    private static final int SOON = 1;

    /** The checker takes its time; the lower bits are the sender's index at its last check. */
    private static final int CALM = 1 << 16;

    private static final int INDEX = CALM - 1;

    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(PublishMark.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** A mark of which the sender is never told, since nobody checks. */
    public static final PublishMark NONE = new Unwatched();

    private int state;

    /** Nobody checks yet. */
    protected PublishMark() {}

    /**
     * By the sender, after the store of its index and a full fence. Costs one load while the
     * checker comes back soon.
     *
     * @param index what it has stored, 0 to 65535
     * @param slots how many more are published by that, 1 to 65535
     */
    public final void published(int index, int slots) {
        int seen = (int) STATE.getOpaque(this);
        if (seen != SOON) {
            published(seen, index, slots);
        }
    }

    private void published(int seen, int index, int slots) {
        int now = seen;
        while (now == OFF) {
            int first = CALM | Ring.distance(index, slots);
            if (STATE.compareAndSet(this, OFF, first)) {
                onFirst();
                now = first;
            } else {
                now = (int) STATE.getOpaque(this);
            }
        }
        if (now != SOON
                && Ring.distance(index, now & INDEX) > CALM_SLOTS
                && STATE.compareAndSet(this, now, SOON)) {
            onMany();
        }
    }

    /** The sender has published while nobody checked. On its thread. */
    protected abstract void onFirst();

    /** The sender has published many slots, and the checker takes its time. On its thread. */
    protected abstract void onMany();

    /**
     * By the checker: nobody checks from now on. What it reads afterwards is as new as the mark.
     */
    protected final void off() {
        change(OFF);
    }

    /**
     * By the checker, who goes on after all, and takes its time.
     *
     * @param index the sender's at the last check, 0 to 65535
     * @return false if the sender has published meanwhile, and has called {@link #onFirst}
     */
    protected final boolean resume(int index) {
        return STATE.compareAndSet(this, OFF, CALM | index);
    }

    /** By the checker: it comes back soon. */
    protected final void soon() {
        STATE.setOpaque(this, SOON);
    }

    /**
     * By the checker: it takes its time. What it reads afterwards is as new as the mark.
     *
     * @param index the sender's as it has just read it, 0 to 65535
     */
    protected final void calm(int index) {
        change(CALM | index);
    }

    private void change(int next) {
        STATE.setOpaque(this, next);
        VarHandle.fullFence();
    }

    private static final class Unwatched extends PublishMark {
        Unwatched() {
            soon();
        }

        @Override
        protected void onFirst() {
            throw new IllegalStateException("nobody checks");
        }

        @Override
        protected void onMany() {
            onFirst();
        }
    }
}
