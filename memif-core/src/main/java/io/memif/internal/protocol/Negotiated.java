package io.memif.internal.protocol;

/**
 * What a slave may create, after the master's HELLO.
 *
 * @param s2mRings rings from slave to master
 * @param m2sRings rings from master to slave
 * @param log2RingSize log2 of slots of each ring
 * @param maxRegions most regions that the master takes, 1 to 65536
 * @param peerApplication name of the master's application, printable
 */
public record Negotiated(
        int s2mRings, int m2sRings, int log2RingSize, int maxRegions, String peerApplication) {}
