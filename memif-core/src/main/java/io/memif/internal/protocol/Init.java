package io.memif.internal.protocol;

import io.memif.Mode;

/**
 * INIT: which interface the slave wants.
 *
 * @param version protocol version, u16
 * @param id interface id, all 32 bits, unsigned
 * @param mode number of the mode, u8; see {@link Mode#ofWire}
 * @param secret shown as "set" or "none"
 * @param name application name of the slave, 31 bytes
 */
public record Init(int version, int id, int mode, Secret secret, String name) implements Message {
    @Override
    public MessageType type() {
        return MessageType.INIT;
    }
}
