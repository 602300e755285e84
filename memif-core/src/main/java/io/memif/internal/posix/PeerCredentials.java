package io.memif.internal.posix;

/**
 * Who made the other end of a connection: filled by {@link SocketCalls#peerCredentials}. Not
 * thread-safe; may be filled again.
 */
public final class PeerCredentials {
    private int pid;
    private int uid;
    private int gid;

    /** Makes empty credentials. */
    public PeerCredentials() {}

    void fill(int processId, int userId, int groupId) {
        this.pid = processId;
        this.uid = userId;
        this.gid = groupId;
    }

    /**
     * The process that connected or listened.
     *
     * @return the process id; 0 if it is in a namespace we cannot see
     */
    public int pid() {
        return pid;
    }

    /**
     * The user it ran as.
     *
     * @return the effective user id at that time, unsigned
     */
    public int uid() {
        return uid;
    }

    /**
     * The group it ran as.
     *
     * @return the effective group id at that time, unsigned
     */
    public int gid() {
        return gid;
    }

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
