package io.memif.internal.protocol;

/**
 * DISCONNECT: why the sender is about to close.
 *
 * @param code u32; 0 from every known peer in practice
 * @param reason 95 bytes; VPP's operators see it in {@code show memif}
 */
public record Disconnect(long code, String reason) implements Message {
    @Override
    public MessageType type() {
        return MessageType.DISCONNECT;
    }
}
