package io.memif.tests.fuzz;

import io.memif.tests.hostile.RawMessage;

/** The messages of a master: HELLO, then the answer to what the slave has sent. */
final class MasterMessages extends MessageGenerator {
    private int last = RawMessage.NONE;

    MasterMessages(ByteSource input) {
        super(input);
    }

    /** The slave has sent this. */
    void received(int type) {
        last = type;
    }

    @Override
    RawMessage proper() {
        return switch (last) {
            case RawMessage.NONE ->
                    RawMessage.hello().u16(42, input.pick(0, 1, 255, 65535) > 0 ? 3 : 0);
            case RawMessage.CONNECT -> RawMessage.connected("raw0");
            case RawMessage.DISCONNECT -> RawMessage.disconnect(0, "enough");
            default -> RawMessage.ack();
        };
    }
}
