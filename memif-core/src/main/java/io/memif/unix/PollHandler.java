package io.memif.unix;

/** Told that a member of a {@link PollGroup} is ready; called on the thread that polls. */
@FunctionalInterface
public interface PollHandler {
    /**
     * The member is ready. Readiness is level-triggered: what is not dealt with is reported again
     * in the next turn. The handler may add, change and remove members, even this one. What it
     * throws goes to the group's error handler, and the member stays.
     *
     * @param key the member
     * @param ready {@link PollKey#READ}, {@link PollKey#WRITE}, {@link PollKey#ERROR}, {@link
     *     PollKey#HANGUP}, combined with a bitwise or
     */
    void onReady(PollKey key, int ready);
}
