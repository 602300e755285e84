package io.memif.internal.protocol;

/**
 * CONNECT: the slave has announced everything.
 *
 * @param interfaceName the slave's interface, 31 bytes
 */
public record Connect(String interfaceName) implements Message {
    @Override
    public MessageType type() {
        return MessageType.CONNECT;
    }
}
