package io.memif.internal.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Set by a sender when it has published packets, and taken off by somebody who looks at the ring
 * until nothing is waiting on it.
 *
 * <p>The two meet like this: the sender stores its index, puts a full fence, and looks at the mark;
 * the other takes the mark off, puts a full fence, and looks at the ring once more.
 */
public abstract class PublishMark {
    private static final VarHandle SET;

    static {
        try {
            SET = MethodHandles.lookup().findVarHandle(PublishMark.class, "set", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** A mark that is set for ever, since nobody looks. */
    public static final PublishMark NONE = new Unwatched();

    private int set;

    /** Not set. */
    protected PublishMark() {}

    /** By the sender, after a full fence behind the store of its index. Costs a load mostly. */
    public final void published() {
        if ((int) SET.getOpaque(this) == 0 && set()) {
            onSet();
        }
    }

    /** The sender has set it. On its thread. */
    protected abstract void onSet();

    /**
     * Sets it.
     *
     * @return false if it was set
     */
    protected final boolean set() {
        return SET.compareAndSet(this, 0, 1);
    }

    /** Takes it off; what the caller looks at afterwards is as new as the mark. */
    protected final void takeOff() {
        SET.setOpaque(this, 0);
        VarHandle.fullFence();
    }

    private static final class Unwatched extends PublishMark {
        Unwatched() {
            set();
        }

        @Override
        protected void onSet() {
            throw new IllegalStateException("nobody looks");
        }
    }
}
