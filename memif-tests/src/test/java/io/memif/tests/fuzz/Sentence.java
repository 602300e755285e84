package io.memif.tests.fuzz;

import io.memif.tests.hostile.RawMessage;

/**
 * What a hostile peer says next.
 *
 * @param message any bytes
 * @param descriptors how many go with it
 */
record Sentence(RawMessage message, int descriptors) {
    /** With as many descriptors as the type wants. */
    static Sentence of(RawMessage message) {
        int type = message.length() < 2 ? 0 : message.type();
        boolean one = type == RawMessage.ADD_REGION || type == RawMessage.ADD_RING;
        return new Sentence(message, one ? 1 : 0);
    }
}
