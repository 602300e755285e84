package io.memif.examples.icmp;

import java.util.regex.Pattern;

/**
 * A 48-bit Ethernet address.
 *
 * @param bits the six bytes as the low 48 bits, first byte on top
 */
public record MacAddress(long bits) {
    /** The bit that marks broadcast and multicast addresses. */
    static final long GROUP_BIT = 1L << 40;

    private static final Pattern TEXT = Pattern.compile("[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}");

    /**
     * Parses the usual notation.
     *
     * @param text six pairs of hexadecimal digits with colons between them
     * @return the address
     * @throws IllegalArgumentException if the text is anything else, or not a host's address (all
     *     zero, multicast or broadcast)
     */
    public static MacAddress parseUnicast(String text) {
        if (!TEXT.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a MAC address such as 02:fe:00:00:00:01");
        }
        long bits = Long.parseLong(text.replace(":", ""), 16);
        if (bits == 0 || isGroup(bits)) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a MAC address of a single interface");
        }
        return new MacAddress(bits);
    }

    /**
     * Makes up a locally administered address that stays the same from run to run, so that
     * neighbours' ARP caches survive a restart.
     *
     * @param owner the IP address that will be found at it
     * @return 02:fe followed by four bytes taken from the IP address
     */
    public static MacAddress derivedFrom(IpAddress owner) {
        long mixed = owner.low() ^ owner.low() >>> 32 ^ owner.high() ^ owner.high() >>> 32;
        return new MacAddress(0x02feL << 32 | mixed & 0xffffffffL);
    }

    static boolean isGroup(long bits) {
        return (bits & GROUP_BIT) != 0;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(17);
        for (int shift = 40; shift >= 0; shift -= 8) {
            text.append(String.format("%02x", bits >>> shift & 0xff));
            text.append(shift > 0 ? ":" : "");
        }
        return text.toString();
    }
}
