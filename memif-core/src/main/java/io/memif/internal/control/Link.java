package io.memif.internal.control;

import io.memif.Role;
import io.memif.internal.memory.RegionTable;
import java.util.List;
import java.util.function.Consumer;

/**
 * One connection of an interface, from up to down: all that the data path needs. Immutable: whoever
 * makes a link does not change its lists later.
 *
 * @param role ours
 * @param peer who is at the other end
 * @param rx receive rings by queue number
 * @param tx transmit rings by queue number
 * @param table its regions
 * @param ringSize slots of the largest ring
 * @param bufferSize bytes of our buffers as slave, 0 as master
 * @param onFault see {@link #fail}
 * @param movement of the peer since the link came up
 */
public record Link(
        Role role,
        Peer peer,
        List<LinkRing> rx,
        List<LinkRing> tx,
        RegionTable table,
        int ringSize,
        int bufferSize,
        Consumer<String> onFault,
        PeerMovement movement) {
    /**
     * Who is at the other end of a link.
     *
     * @param applicationName from its HELLO or INIT, printable
     * @param interfaceName from its CONNECT or CONNECTED, printable
     * @param pid process that connected (the slave's) or listened (the master's), as the kernel saw
     *     it; 0 if it is in a namespace we cannot see
     * @param uid its effective user, unsigned
     * @param gid its effective group, unsigned
     */
    public record Peer(String applicationName, String interfaceName, int pid, int uid, int gid) {}

    /**
     * Ends the link, because its memory can no longer be used. From any thread; returns at once.
     *
     * @param reason what was seen, for the operator and the peer
     */
    public void fail(String reason) {
        onFault.accept(reason);
    }
}
