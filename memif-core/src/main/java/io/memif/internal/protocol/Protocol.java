package io.memif.internal.protocol;

import io.memif.Mode;
import java.util.Optional;

/** Numbers of memif protocol 2.0 that are the same for every peer. */
public final class Protocol {
    /** Version 2.0, the only one in use: major in the high byte. */
    public static final int VERSION = 0x0200;

    /** Regions of a link, and one more than the highest region index that we offer and accept. */
    public static final int MAX_REGIONS = 256;

    /** Rings of a link in one direction. */
    public static final int MAX_RINGS = 256;

    /**
     * Largest ring, log2 of slots: 2^15 would still be unambiguous, but every HELLO says 14, and
     * indexes have 16 bits.
     */
    public static final int MAX_LOG2_RING_SIZE = 14;

    /**
     * Alignment of a ring header, in bytes. Headers of small rings lie at multiples of 16 only, so
     * no cache line can be demanded; 4 is what the cookie needs.
     */
    public static final int RING_ALIGNMENT = 4;

    /** Bytes of a descriptor. */
    public static final int DESCRIPTOR_SIZE = 16;

    private Protocol() {}

    /** The number of a mode in INIT. */
    static int number(Mode mode) {
        return switch (mode) {
            case ETHERNET -> 0;
            case IP -> 1;
        };
    }

    /** The mode of a number in INIT; empty for punt/inject, whose packets nobody has defined. */
    static Optional<Mode> mode(int number) {
        for (Mode mode : Mode.values()) {
            if (number(mode) == number) {
                return Optional.of(mode);
            }
        }
        return Optional.empty();
    }

    /** For messages to people, also about modes that are no {@link Mode}. */
    static String modeText(int number) {
        return mode(number)
                .map(Mode::name)
                .orElse(number == 2 ? "PUNT_INJECT" : "number " + number);
    }

    /**
     * Bytes of a ring: two cache lines of header, then the descriptors.
     *
     * @param log2Size 0 to 14
     * @param cacheLine 64 or 128 bytes
     */
    public static int ringLength(int log2Size, int cacheLine) {
        return 2 * cacheLine + (DESCRIPTOR_SIZE << log2Size);
    }

    static String versionText(int version) {
        return (version >> 8) + "." + (version & 0xff);
    }
}
