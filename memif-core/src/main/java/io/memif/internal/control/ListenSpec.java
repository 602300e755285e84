package io.memif.internal.control;

import io.memif.internal.memory.MappingLimits;
import java.util.Optional;
import java.util.Set;

/**
 * How a socket with masters listens, and to whom.
 *
 * @param maxHalfOpen most accepted connections without a link
 * @param mode permission bits of the socket file, or {@link #UNCHANGED} for what the umask leaves
 * @param owner user id of the file, or {@link #UNCHANGED}
 * @param group group id of the file, or {@link #UNCHANGED}
 * @param peerUids user ids that may connect; an empty set admits nobody, no set everybody
 * @param memory that slaves may make us map
 */
public record ListenSpec(
        int maxHalfOpen,
        int mode,
        int owner,
        int group,
        Optional<Set<Integer>> peerUids,
        MappingLimits memory) {
    /** Leaves a property of the file as it is. */
    public static final int UNCHANGED = -1;

    /**
     * Copies the set.
     *
     * @param maxHalfOpen 1 or more
     * @param mode 0 to 0777, or {@link #UNCHANGED}
     * @param owner unsigned, or {@link #UNCHANGED}
     * @param group unsigned, or {@link #UNCHANGED}
     * @param peerUids unsigned user ids
     * @param memory all limits
     */
    public ListenSpec {
        peerUids = peerUids.map(Set::copyOf);
    }

    boolean admits(int uid) {
        return peerUids.map(uids -> uids.contains(uid)).orElse(true);
    }
}
