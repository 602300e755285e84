package io.memif.tests.fuzz;

import io.memif.tests.hostile.RawMessage;

/** What a master says: HELLO, then the answer to what the slave has said. */
final class MasterTalk extends Talk {
    private int heard = RawMessage.NONE;

    MasterTalk(Tape tape) {
        super(tape);
    }

    /** The slave has said this. */
    void heard(int type) {
        heard = type;
    }

    @Override
    RawMessage proper() {
        return switch (heard) {
            case RawMessage.NONE ->
                    RawMessage.hello().u16(42, tape.pick(0, 1, 255, 65535) > 0 ? 3 : 0);
            case RawMessage.CONNECT -> RawMessage.connected("raw0");
            case RawMessage.DISCONNECT -> RawMessage.disconnect(0, "enough");
            default -> RawMessage.ack();
        };
    }
}
