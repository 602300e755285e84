package io.memif.tests.fuzz;

import io.memif.tests.hostile.RawMessage;

/**
 * What a hostile peer sends next.
 *
 * @param message any bytes
 * @param descriptors how many go with it
 */
record GeneratedMessage(RawMessage message, int descriptors) {
    /** With as many descriptors as the type wants. */
    static GeneratedMessage of(RawMessage message) {
        int type = message.length() < 2 ? 0 : message.type();
        boolean one = type == RawMessage.ADD_REGION || type == RawMessage.ADD_RING;
        return new GeneratedMessage(message, one ? 1 : 0);
    }
}
