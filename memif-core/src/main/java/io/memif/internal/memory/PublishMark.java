package io.memif.internal.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Set by a sender when it has published packets, and taken off by a thread that then checks the
 * ring until nothing is waiting on it.
 *
 * <p>The two meet like this. The sender stores its index, makes a full fence, and reads the mark.
 * The other thread takes the mark off, makes a full fence, and reads the ring once more.
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

    /** By the sender, after the store of its index and a full fence. Mostly costs one load. */
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
