package io.memif.examples.icmp;

import java.nio.ByteBuffer;

/** Walks the extension headers of an IPv6 packet up to its payload. One thread at a time. */
final class Ipv6Extensions {
    private static final int HOP_BY_HOP = 0;
    private static final int ROUTING = 43;
    private static final int FRAGMENT = 44;
    private static final int DESTINATION_OPTIONS = 60;

    private static final int PAD_1 = 0;

    /** The bits of an option's type that are 0 if hosts that do not know it shall skip it. */
    private static final int ACTION_BITS = 0xc0;

    private int payload;
    private int nextHeader;

    /**
     * Finds the payload after all extension headers.
     *
     * @param first the fixed header's next-header value
     * @return why the packet cannot be answered, or null
     */
    Outcome walk(ByteBuffer in, int offset, int end, int first) {
        payload = offset;
        nextHeader = first;
        int previous = -1;
        while (isExtension(nextHeader)) {
            if (nextHeader == FRAGMENT) {
                return Outcome.FRAGMENT;
            }
            if (nextHeader == HOP_BY_HOP && previous != -1) {
                return Outcome.MALFORMED;
            }
            int size = end - payload < 8 ? 8 : 8 + 8 * Wire.u8(in, payload + 1);
            if (size > end - payload) {
                return Outcome.TRUNCATED;
            }
            Outcome objection =
                    nextHeader == ROUTING
                            ? examineRouting(in, payload)
                            : examineOptions(in, payload + 2, payload + size);
            if (objection != null) {
                return objection;
            }
            previous = nextHeader;
            nextHeader = Wire.u8(in, payload);
            payload += size;
        }
        return null;
    }

    private static boolean isExtension(int header) {
        return header == HOP_BY_HOP
                || header == ROUTING
                || header == FRAGMENT
                || header == DESTINATION_OPTIONS;
    }

    /** A routing header is only history once no segments are left. */
    private static Outcome examineRouting(ByteBuffer in, int header) {
        return Wire.u8(in, header + 3) == 0 ? null : Outcome.UNSUPPORTED_OPTION;
    }

    private static Outcome examineOptions(ByteBuffer in, int offset, int end) {
        int at = offset;
        while (at < end) {
            int type = Wire.u8(in, at);
            if (type == PAD_1) {
                at++;
                continue;
            }
            int size = end - at < 2 ? 2 : 2 + Wire.u8(in, at + 1);
            if (size > end - at) {
                return Outcome.MALFORMED;
            }
            if ((type & ACTION_BITS) != 0) {
                return Outcome.UNSUPPORTED_OPTION;
            }
            at += size;
        }
        return null;
    }

    /** Index of the payload. */
    int payload() {
        return payload;
    }

    /** Protocol number of the payload. */
    int nextHeader() {
        return nextHeader;
    }
}
