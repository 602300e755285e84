package io.memif.tests.fuzz;

import io.memif.tests.hostile.RawMessage;
import java.util.Arrays;

/**
 * A peer that knows the handshake and keeps to it as often as not: what it says is mostly what
 * comes next, or that with a few bytes changed, and now and then anything at all.
 */
abstract class Talk {
    private static final int[] COUNTS = {0, 1, 2, 10, 253};
    private static final long[] SIZES = {
        0, 1, 4096, 1L << 31, 1L << 32, Long.MAX_VALUE, Long.MIN_VALUE, -1
    };
    private static final long[] OFFSETS = {0, 2, 4, 384, 768, 0x7fff_fffcL, 0xffff_fffcL};

    final Tape tape;
    private RawMessage last = RawMessage.of(RawMessage.NONE);

    /** So many are proper ones before anything else is said: some get far. */
    private int polite;

    Talk(Tape tape) {
        this.tape = tape;
        this.polite = (int) tape.pick(0, 0, 2, 12, 20);
    }

    /** The next message of a peer that keeps to the rules. */
    abstract RawMessage proper();

    final Sentence next() {
        if (polite-- > 0) {
            last = proper();
            return Sentence.of(last);
        }
        int kind = tape.below(16);
        RawMessage message =
                switch (kind) {
                    case 11 -> any();
                    case 12 -> last;
                    case 13 -> damaged(RawMessage.ofBytes(proper().bytes().clone()));
                    case 14 -> damaged(any());
                    case 15 -> RawMessage.ofBytes(tape.take(RawMessage.SIZE));
                    default -> proper();
                };
        last = message;
        if (!tape.oneIn(24)) {
            return Sentence.of(message);
        }
        return tape.oneIn(2)
                ? Sentence.of(odd(message))
                : new Sentence(message, COUNTS[tape.below(COUNTS.length)]);
    }

    private RawMessage odd(RawMessage message) {
        int[] lengths = {0, 1, 2, 64, 127, 129, 300};
        return RawMessage.ofBytes(
                Arrays.copyOf(message.bytes(), lengths[tape.below(lengths.length)]));
    }

    private RawMessage damaged(RawMessage message) {
        for (int i = tape.below(3); i >= 0; i--) {
            // Most fields lie in the first 46 bytes.
            int at = tape.oneIn(4) ? tape.below(message.length()) : tape.below(46);
            if (at < message.length()) {
                message.u8(at, tape.oneIn(3) ? 0xff : tape.u8());
            }
        }
        return message;
    }

    private RawMessage any() {
        return switch (tape.below(10)) {
            case 0 -> RawMessage.ack();
            case 1 -> RawMessage.hello().u16(34, tape.u16()).u8(44, tape.u8());
            case 2 -> RawMessage.init(tape.u8()).u8(8, tape.below(4));
            case 3 -> RawMessage.addRegion(tape.below(258), tape.pick(SIZES));
            case 4 -> anyRing();
            case 5 -> RawMessage.connect("raw\u001b[2J");
            case 6 -> RawMessage.connected("raw\n0");
            case 7 -> RawMessage.disconnect(tape.u32(), "\u202ebye\0more");
            default -> RawMessage.of(tape.u16());
        };
    }

    private RawMessage anyRing() {
        return RawMessage.addRing(
                        tape.oneIn(2),
                        tape.below(8),
                        tape.below(4),
                        tape.pick(OFFSETS),
                        tape.below(17))
                .u16(13, tape.oneIn(8) ? tape.u8() : 0);
    }
}
