package io.memif.internal.posix;

/**
 * Told of every descriptor that gets an owner in this process, so that a leak can be traced.
 *
 * <p>Thread-safe. Carried by {@link Posix} because whoever opens a descriptor has one at hand.
 */
@FunctionalInterface
public interface DescriptorWatch {
    /** Watches nothing. */
    DescriptorWatch NONE = (owner, fd, what) -> Ticket.IGNORED;

    /**
     * A descriptor now has an owner.
     *
     * @param owner the owning object; an implementation may watch its reachability but not hold it
     * @param what what the descriptor is, for messages
     * @return to be told once when the owner has given the descriptor up
     */
    Ticket opened(Object owner, int fd, String what);

    /** Receipt for one watched descriptor. */
    @FunctionalInterface
    interface Ticket {
        /** The receipt for a descriptor nobody watches. */
        Ticket IGNORED = () -> {};

        /** The owner closed the descriptor or gave it away. */
        void givenUp();
    }
}
