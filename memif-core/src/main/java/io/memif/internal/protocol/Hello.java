package io.memif.internal.protocol;

/**
 * HELLO: what the master can do. Indexes are the highest allowed, so one less than the count.
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
    @Override
    public MessageType type() {
        return MessageType.HELLO;
    }
}
