package io.memif.examples.icmp;

import java.nio.ByteBuffer;

/** Walks the options of an IPv4 header. Stateless. */
final class Ipv4Options {
    private static final int END = 0;
    private static final int NO_OPERATION = 1;
    private static final int LOOSE_SOURCE_ROUTE = 131;
    private static final int STRICT_SOURCE_ROUTE = 137;

    private Ipv4Options() {}

    /**
     * Checks that the options are well formed and can be ignored. A source route cannot: the answer
     * would have to travel it backwards, which hosts refuse nowadays.
     *
     * @return why the packet cannot be answered, or null
     */
    static Outcome examine(ByteBuffer in, int offset, int length) {
        int end = offset + length;
        int at = offset;
        while (at < end) {
            int kind = Wire.u8(in, at);
            if (kind == END) {
                return null;
            }
            if (kind == LOOSE_SOURCE_ROUTE || kind == STRICT_SOURCE_ROUTE) {
                return Outcome.UNSUPPORTED_OPTION;
            }
            if (kind == NO_OPERATION) {
                at++;
                continue;
            }
            int size = at + 1 < end ? Wire.u8(in, at + 1) : 0;
            if (size < 2 || size > end - at) {
                return Outcome.MALFORMED;
            }
            at += size;
        }
        return null;
    }
}
