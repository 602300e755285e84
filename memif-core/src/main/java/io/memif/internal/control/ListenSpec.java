package io.memif.internal.control;

import io.memif.internal.memory.MappingLimits;
import java.util.Optional;
import java.util.Set;

/**
 * How a socket with masters listens, and to whom.
 *
 * @param maxHalfOpen most accepted connections without a link, 1 or more
 * @param mode permission bits of the socket file, 0 to 0777, or {@link #UNCHANGED} for what the
 *     umask leaves
 * @param owner user id of the file, unsigned, or {@link #UNCHANGED}
 * @param group group id of the file, unsigned, or {@link #UNCHANGED}
 * @param peerUids user ids that may connect; an empty set admits nobody, no set everybody
 * @param memory limits of what slaves may make us map
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

    /** Copies the set. */
    public ListenSpec {
        peerUids = peerUids.map(Set::copyOf);
    }

    boolean admits(int uid) {
        return peerUids.map(uids -> uids.contains(uid)).orElse(true);
    }
}
