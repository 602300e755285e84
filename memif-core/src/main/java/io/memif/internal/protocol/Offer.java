package io.memif.internal.protocol;

import io.memif.Mode;
import java.util.Objects;

/**
 * An interface as it is when a slave asks for it.
 *
 * @param interfaceName told in CONNECTED
 * @param mode what packets are
 * @param secret what a slave has to show
 * @param busy whether another connection has it
 * @param adminUp whether it may be connected at all
 * @param limits what a slave may bring
 */
public record Offer(
        String interfaceName,
        Mode mode,
        Secret secret,
        boolean busy,
        boolean adminUp,
        MasterLimits limits) {
    /**
     * Checks the mode.
     *
     * @param interfaceName 31 bytes, the rest is cut off
     * @param mode not punt/inject
     * @param secret {@link Secret#NONE} takes every slave, whatever it shows
     * @param busy true or false
     * @param adminUp true or false
     * @param limits never null
     * @throws IllegalArgumentException if nobody can connect in this mode
     */
    public Offer {
        Objects.requireNonNull(interfaceName, "interfaceName");
        SlaveParameters.requireSupported(mode);
        Objects.requireNonNull(secret, "secret");
        Objects.requireNonNull(limits, "limits");
    }
}
