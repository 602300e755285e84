package io.memif.internal.protocol;

/**
 * CONNECTED: the master has mapped the memory, the link is up.
 *
 * @param interfaceName the master's interface, 31 bytes
 */
public record Connected(String interfaceName) implements Message {
    @Override
    public MessageType type() {
        return MessageType.CONNECTED;
    }
}
