package io.memif.internal.protocol;

/**
 * A control message: one datagram of {@link MessageCodec#MESSAGE_SIZE} bytes. Immutable.
 *
 * <p>Texts of decoded messages are printable, see {@link PeerText}. Texts to be sent are UTF-8, cut
 * to their field less one byte, so that peers which expect a terminating NUL always find one.
 */
public sealed interface Message extends Decoded
        permits Ack, Hello, Init, AddRegion, AddRing, Connect, Connected, Disconnect {
    /**
     * The type.
     *
     * @return never null
     */
    MessageType type();
}
