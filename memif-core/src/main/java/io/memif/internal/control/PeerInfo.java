package io.memif.internal.control;

/**
 * Who is at the other end of a link.
 *
 * @param applicationName from its HELLO or INIT, printable
 * @param interfaceName from its CONNECT or CONNECTED, printable
 * @param pid process that connected (the slave's) or listened (the master's), as the kernel saw it;
 *     0 if it is in a namespace we cannot see
 * @param uid its effective user, unsigned
 * @param gid its effective group, unsigned
 */
public record PeerInfo(String applicationName, String interfaceName, int pid, int uid, int gid) {}
