package io.memif.examples.icmp;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.regex.Pattern;

/**
 * An IPv4 or IPv6 address as numbers, so that the packet code compares without allocating.
 *
 * @param isV6 true for IPv6
 * @param high the upper 64 bits of an IPv6 address; 0 for IPv4
 * @param low the lower 64 bits of an IPv6 address; the 32 bits of an IPv4 address
 */
public record IpAddress(boolean isV6, long high, long low) {
    private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    private static final Pattern V4 = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");
    private static final Pattern V6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

    /**
     * Parses a literal; never asks a name service.
     *
     * @param text dotted IPv4 or colon-separated IPv6 notation
     * @return the address
     * @throws IllegalArgumentException if the text is neither
     */
    public static IpAddress parse(String text) {
        if (V4.matcher(text).matches()) {
            long bits = 0;
            for (String octet : text.split("\\.")) {
                bits = bits << 8 | Integer.parseInt(octet);
            }
            return v4((int) bits);
        }
        if (V6.matcher(text).matches()) {
            return parseV6(text);
        }
        throw notAnAddress(text, null);
    }

    private static IpAddress parseV6(String text) {
        try {
            // A text with a colon is taken as a literal and never looked up.
            if (InetAddress.getByName(text) instanceof Inet6Address address) {
                ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
                return v6(bytes.getLong(0), bytes.getLong(8));
            }
            throw notAnAddress(text, null);
        } catch (UnknownHostException e) {
            throw notAnAddress(text, e);
        }
    }

    private static IllegalArgumentException notAnAddress(String text, Exception cause) {
        return new IllegalArgumentException("'" + text + "' is not an IPv4 or IPv6 address", cause);
    }

    /**
     * An IPv4 address.
     *
     * @param bits its 32 bits, first byte on top
     * @return the address
     */
    public static IpAddress v4(int bits) {
        return new IpAddress(false, 0, bits & 0xffffffffL);
    }

    /**
     * An IPv6 address.
     *
     * @param high its upper 64 bits
     * @param low its lower 64 bits
     * @return the address
     */
    public static IpAddress v6(long high, long low) {
        return new IpAddress(true, high, low);
    }

    /**
     * Whether an interface can own this address and be answered at it.
     *
     * @return false for unspecified, loopback, multicast, broadcast and reserved addresses
     */
    public boolean isUnicast() {
        return isV6 ? isUnicastV6(high, low) : isUnicastV4((int) low);
    }

    static boolean isUnicastV4(int address) {
        int first = address >>> 24;
        return first != 0 && first != 127 && first < 224;
    }

    static boolean isMulticastV6(long high) {
        return high >>> 56 == 0xff;
    }

    static boolean isUnicastV6(long high, long low) {
        boolean unspecifiedOrLoopback = high == 0 && (low == 0 || low == 1);
        return !unspecifiedOrLoopback && !isMulticastV6(high);
    }

    @Override
    public String toString() {
        if (!isV6) {
            int bits = (int) low;
            return (bits >>> 24)
                    + "."
                    + (bits >>> 16 & 0xff)
                    + "."
                    + (bits >>> 8 & 0xff)
                    + "."
                    + (bits & 0xff);
        }
        return V6Text.of(high, low);
    }
}
