package io.memif.internal.protocol;

/** ACK: the master accepted the INIT, ADD_REGION or ADD_RING before it. */
public record Ack() implements Message {
    @Override
    public MessageType type() {
        return MessageType.ACK;
    }
}
