package io.memif.internal.protocol;

/**
 * ADD_REGION: announces a region, whose file comes with the message.
 *
 * @param index u16
 * @param size bytes to map from the start of the file, u64: negative means 2^63 or more
 */
public record AddRegion(int index, long size) implements Message {
    @Override
    public MessageType type() {
        return MessageType.ADD_REGION;
    }
}
