package io.memif.unix;

import io.memif.internal.posix.PollCalls;

/**
 * A descriptor's membership in a {@link PollGroup}. Only the thread that polls may use it.
 *
 * <p>It keeps the descriptor in use. Closing the {@link OwnedFd} before {@link #remove()} takes
 * effect at once for later uses, but the kernel gets the number back only at the removal. So a
 * member can never become somebody else's file.
 */
public final class PollKey {
    /** Interest and readiness: can be read, or accepted, or is at its end. */
    public static final int READ = PollCalls.READABLE;

    /** Interest and readiness: can be written. */
    public static final int WRITE = PollCalls.WRITABLE;

    /** Readiness, always reported: an error is pending. */
    public static final int ERROR = PollCalls.ERROR;

    /** Readiness, always reported: the other side is gone; what it sent may still be read. */
    public static final int HANGUP = PollCalls.HANGUP;

    final OwnedFd fd;
    final int number;
    final PollHandler handler;
    final long data;

    private final PollGroup group;
    private int interest;
    private boolean member = true;

    PollKey(PollGroup group, OwnedFd fd, int number, int interest, PollHandler handler, long data) {
        this.group = group;
        this.fd = fd;
        this.number = number;
        this.interest = interest;
        this.handler = handler;
        this.data = data;
    }

    /**
     * The member's descriptor.
     *
     * @return the descriptor given to {@link PollGroup#add}
     */
    public OwnedFd fd() {
        return fd;
    }

    /**
     * What the member waits for.
     *
     * @return {@link #READ}, {@link #WRITE}, both, or 0
     */
    public int interest() {
        return interest;
    }

    /**
     * Changes what the member waits for, from now on.
     *
     * @param newInterest {@link #READ}, {@link #WRITE}, both, or 0 to hear of errors and hang-ups
     *     only
     * @throws IllegalStateException if it was removed
     * @throws UnixException if the kernel refuses; nothing has changed then
     */
    public void interest(int newInterest) {
        PollGroup.checkInterest(newInterest);
        if (!member) {
            throw new IllegalStateException("no longer a member: " + fd);
        }
        if (newInterest != interest) {
            group.modify(this, newInterest);
            interest = newInterest;
        }
    }

    /**
     * Whether this is still a member.
     *
     * @return false after {@link #remove()} and after the group was closed
     */
    public boolean isMember() {
        return member;
    }

    /**
     * Ends the membership: the handler is not called again, not even for readiness found already.
     * Calling it again does nothing.
     */
    public void remove() {
        if (member) {
            member = false;
            group.removed(this);
        }
    }

    /**
     * Hands a failure to the group's error handler.
     *
     * @param failure what went wrong in work for this member
     */
    public void report(Throwable failure) {
        group.report(failure);
    }

    /** The text of its descriptor. */
    @Override
    public String toString() {
        return fd.toString();
    }
}
