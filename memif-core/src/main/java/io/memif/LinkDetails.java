package io.memif;

import java.util.List;

/**
 * The current link of an interface.
 *
 * @param negotiated what both sides agreed on
 * @param peerPid process at the other end, as the kernel saw it when it connected or listened; 0 if
 *     it is in a namespace we cannot see
 * @param peerUid its effective user id, unsigned
 * @param peerGid its effective group id, unsigned
 * @param regions by index
 */
public record LinkDetails(
        LinkInfo negotiated, int peerPid, int peerUid, int peerGid, List<RegionDetails> regions) {}
