package io.memif.examples.icmp;

/**
 * An own address with the length of its subnet's prefix.
 *
 * @param address a unicast address
 * @param length bits of the prefix: 0 to 32 for IPv4, 0 to 128 for IPv6
 */
public record IpPrefix(IpAddress address, int length) {
    /**
     * Parses {@code ADDRESS/LENGTH}; without a length the address stands alone (/32, /128).
     *
     * @param text for instance 192.168.1.2/24 or fd00::2/64
     * @return the address and its prefix length
     * @throws IllegalArgumentException if it is malformed, or not an address of a single interface
     */
    public static IpPrefix parse(String text) {
        int slash = text.indexOf('/');
        IpAddress address = IpAddress.parse(slash < 0 ? text : text.substring(0, slash));
        int longest = address.isV6() ? 128 : 32;
        int length = slash < 0 ? longest : parseLength(text, text.substring(slash + 1), longest);
        if (!address.isUnicast()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not an IP address of a single interface");
        }
        IpPrefix prefix = new IpPrefix(address, length);
        if (!address.isV6() && prefix.isSubnetBroadcast((int) address.low())) {
            throw new IllegalArgumentException("'" + text + "' is its subnet's broadcast address");
        }
        return prefix;
    }

    private static int parseLength(String text, String digits, int longest) {
        if (digits.matches("[0-9]{1,3}") && Integer.parseInt(digits) <= longest) {
            return Integer.parseInt(digits);
        }
        throw new IllegalArgumentException(
                "'" + text + "' has no prefix length between 0 and " + longest);
    }

    /** Whether an IPv4 address has all host bits of this subnet set, or none (the old form). */
    boolean isSubnetBroadcast(int candidate) {
        if (length >= 31) {
            return false;
        }
        int hostMask = length == 0 ? -1 : (1 << 32 - length) - 1;
        int host = candidate & hostMask;
        boolean sameSubnet = ((candidate ^ (int) address.low()) & ~hostMask) == 0;
        return sameSubnet && (host == 0 || host == hostMask);
    }

    /**
     * Another address of the same subnet, as a peer of ours could have.
     *
     * @return for instance 192.168.1.1/24 for 192.168.1.2/24
     */
    public IpPrefix neighbour() {
        for (long bits = 3; ; bits--) {
            long other = address.low() ^ bits;
            IpAddress candidate = new IpAddress(address.isV6(), address.high(), other);
            boolean broadcast = !address.isV6() && isSubnetBroadcast((int) other);
            if (candidate.isUnicast() && !broadcast) {
                return new IpPrefix(candidate, length);
            }
        }
    }

    @Override
    public String toString() {
        return address + "/" + length;
    }
}
