package io.memif.internal.protocol;

/**
 * ADD_RING: announces a ring, whose eventfd comes with the message.
 *
 * @param placement which ring, and where it is
 * @param privateHeaderSize u16; 0 from every known slave
 */
public record AddRing(RingPlacement placement, int privateHeaderSize) implements Message {
    @Override
    public MessageType type() {
        return MessageType.ADD_RING;
    }
}
