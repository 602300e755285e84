package io.memif.internal.protocol;

import io.memif.Mode;
import io.memif.Role;

/**
 * One interface as it was configured, in either role. The ranges are checked where it is
 * configured.
 *
 * @param role master or slave
 * @param id all 32 bits, unsigned
 * @param mode what packets are
 * @param secret as slave shown, as master demanded; {@link Secret#NONE} demands none
 * @param name sent in CONNECT or CONNECTED, 31 bytes, the rest is cut off
 * @param s2mRings how many rings from slave to master
 * @param m2sRings how many rings from master to slave
 * @param maxRings as master the most to take in each direction
 * @param log2RingSize as slave log2 of the slots to ask for; a master takes the largest there is
 * @param minLog2RingSize log2 of the fewest slots that are enough
 * @param cacheLine 64 or 128; a build constant that the two sides have to share
 * @param bufferSize as slave bytes of a buffer, headroom included
 * @param headroom as slave bytes kept free before each received packet
 * @param payloadRead as slave whether somebody looks into received packets
 */
public record InterfaceParameters(
        Role role,
        int id,
        Mode mode,
        Secret secret,
        String name,
        RingCount s2mRings,
        RingCount m2sRings,
        int maxRings,
        int log2RingSize,
        int minLog2RingSize,
        int cacheLine,
        int bufferSize,
        int headroom,
        boolean payloadRead) {
    /**
     * Rings of one direction.
     *
     * @param queues of the interface, each with one ring if the numbers agree; as slave what to ask
     *     for
     * @param min fewest that are enough
     */
    public record RingCount(int queues, int min) {}

    RingCount rings(Direction direction) {
        return direction == Direction.S2M ? s2mRings : m2sRings;
    }

    /** For messages to people: role, id and name. */
    @Override
    public String toString() {
        String kind = role == Role.SLAVE ? "slave" : "master";
        return kind + " interface " + Integer.toUnsignedString(id) + " (" + name + ")";
    }
}
