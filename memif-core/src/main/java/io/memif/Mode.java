package io.memif;

import java.util.Optional;

/** What the packets of an interface are. Both ends must agree; the slave says it in INIT. */
public enum Mode {
    /** Ethernet frames without checksum; no minimum length. */
    ETHERNET(0),
    /** Bare IPv4 and IPv6 packets. */
    IP(1),
    /** Has a number but no defined content; refused, as VPP does. */
    PUNT_INJECT(2);

    private final int wire;

    Mode(int wire) {
        this.wire = wire;
    }

    /**
     * The number on the wire.
     *
     * @return 0 to 255
     */
    public int wire() {
        return wire;
    }

    /**
     * Whether an interface can have this mode.
     *
     * @return false for punt/inject
     */
    public boolean isSupported() {
        return this != PUNT_INJECT;
    }

    /**
     * The mode of a number on the wire.
     *
     * @param wire 0 to 255
     * @return empty if no mode has this number
     */
    public static Optional<Mode> ofWire(int wire) {
        for (Mode mode : values()) {
            if (mode.wire == wire) {
                return Optional.of(mode);
            }
        }
        return Optional.empty();
    }
}
