package io.memif.unix;

/**
 * The process that created the other end of a connection or sent a message, as it was then.
 *
 * @param pid the process id; 0 if it is in a namespace that this process cannot see
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
