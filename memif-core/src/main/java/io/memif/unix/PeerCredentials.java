package io.memif.unix;

/**
 * Who made the other end of a connection, or sent a message, as it was then.
 *
 * @param pid the process id; 0 if it is in a namespace we cannot see
 * @param uid the effective user id, unsigned
 * @param gid the effective group id, unsigned
 */
public record PeerCredentials(int pid, int uid, int gid) {
    @Override
    public String toString() {
        return "pid="
                + pid
                + " uid="
                + Integer.toUnsignedString(uid)
                + " gid="
                + Integer.toUnsignedString(gid);
    }
}
