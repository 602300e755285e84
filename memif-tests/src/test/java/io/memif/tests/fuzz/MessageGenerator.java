package io.memif.tests.fuzz;

import io.memif.tests.hostile.RawMessage;
import java.util.Arrays;

/**
 * The messages of a peer that knows the handshake and keeps to it as often as not: mostly the one
 * that comes next, or that with a few bytes changed, and now and then any other.
 */
abstract class MessageGenerator {
    private static final int[] COUNTS = {0, 1, 2, 10, 253};
    private static final long[] SIZES = {
        0, 1, 4096, 1L << 31, 1L << 32, Long.MAX_VALUE, Long.MIN_VALUE, -1
    };
    private static final long[] OFFSETS = {0, 2, 4, 384, 768, 0x7fff_fffcL, 0xffff_fffcL};

    final ByteSource input;
    private RawMessage last = RawMessage.of(RawMessage.NONE);

    /** This many valid ones are sent before any other, so that some handshakes get far. */
    private int polite;

    MessageGenerator(ByteSource input) {
        this.input = input;
        this.polite = (int) input.pick(0, 0, 2, 12, 20);
    }

    /** The next message of a peer that keeps to the rules. */
    abstract RawMessage proper();

    final GeneratedMessage next() {
        if (polite-- > 0) {
            last = proper();
            return GeneratedMessage.of(last);
        }
        int kind = input.below(16);
        RawMessage message =
                switch (kind) {
                    case 11 -> any();
                    case 12 -> last;
                    case 13 -> damaged(RawMessage.ofBytes(proper().bytes().clone()));
                    case 14 -> damaged(any());
                    case 15 -> RawMessage.ofBytes(input.take(RawMessage.SIZE));
                    default -> proper();
                };
        last = message;
        if (!input.oneIn(24)) {
            return GeneratedMessage.of(message);
        }
        return input.oneIn(2)
                ? GeneratedMessage.of(odd(message))
                : new GeneratedMessage(message, COUNTS[input.below(COUNTS.length)]);
    }

    private RawMessage odd(RawMessage message) {
        int[] lengths = {0, 1, 2, 64, 127, 129, 300};
        return RawMessage.ofBytes(
                Arrays.copyOf(message.bytes(), lengths[input.below(lengths.length)]));
    }

    private RawMessage damaged(RawMessage message) {
        for (int i = input.below(3); i >= 0; i--) {
            // Most fields lie in the first 46 bytes.
            int at = input.oneIn(4) ? input.below(message.length()) : input.below(46);
            if (at < message.length()) {
                message.u8(at, input.oneIn(3) ? 0xff : input.u8());
            }
        }
        return message;
    }

    private RawMessage any() {
        return switch (input.below(10)) {
            case 0 -> RawMessage.ack();
            case 1 -> RawMessage.hello().u16(34, input.u16()).u8(44, input.u8());
            case 2 -> RawMessage.init(input.u8()).u8(8, input.below(4));
            case 3 -> RawMessage.addRegion(input.below(258), input.pick(SIZES));
            case 4 -> anyRing();
            case 5 -> RawMessage.connect("raw\u001b[2J");
            case 6 -> RawMessage.connected("raw\n0");
            case 7 -> RawMessage.disconnect(input.u32(), "\u202ebye\0more");
            default -> RawMessage.of(input.u16());
        };
    }

    private RawMessage anyRing() {
        return RawMessage.addRing(
                        input.oneIn(2),
                        input.below(8),
                        input.below(4),
                        input.pick(OFFSETS),
                        input.below(17))
                .u16(13, input.oneIn(8) ? input.u8() : 0);
    }
}
