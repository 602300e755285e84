package io.memif.internal.protocol;

/**
 * HELLO: what the master can do, before it knows which interface the slave wants. Indexes are the
 * highest allowed, so one less than the count.
 *
 * <p>Slaves negotiate down to the counts. gomemif is off by one there: with one ring offered it
 * creates none and leaves, with n it creates n - 1. The largest ring is always offered as 2^14,
 * since a VPP slave announces its own size whatever it is offered.
 *
 * @param name application name of the master, 31 bytes
 * @param minVersion lowest protocol version, u16: major in the high byte
 * @param maxVersion highest protocol version, u16
 * @param maxRegion highest region index, u16
 * @param maxM2sRing highest index of a ring from master to slave, u16
 * @param maxS2mRing highest index of a ring from slave to master, u16
 * @param maxLog2RingSize largest ring, log2 of slots, u8
 */
public record Hello(
        String name,
        int minVersion,
        int maxVersion,
        int maxRegion,
        int maxM2sRing,
        int maxS2mRing,
        int maxLog2RingSize)
        implements Message {
    /** Ours: version 2.0, the largest rings, all regions, and at least one ring each way. */
    public static Hello of(String name, int s2mRings, int m2sRings) {
        return new Hello(
                name,
                Protocol.VERSION,
                Protocol.VERSION,
                Protocol.MAX_REGIONS - 1,
                m2sRings - 1,
                s2mRings - 1,
                Protocol.MAX_LOG2_RING_SIZE);
    }

    @Override
    public MessageType type() {
        return MessageType.HELLO;
    }
}
