package io.memif.examples.icmp;

/** What ICMP errors say, in ping's words. Stateless. */
final class IcmpError {
    private static final int UNREACHABLE = 3;
    private static final int TIME_EXCEEDED = 11;
    private static final int PARAMETER_PROBLEM = 12;

    private static final int UNREACHABLE_V6 = 1;
    private static final int TOO_BIG_V6 = 2;
    private static final int TIME_EXCEEDED_V6 = 3;
    private static final int PARAMETER_PROBLEM_V6 = 4;

    private static final String[] WHY_UNREACHABLE = {
        "Destination Net Unreachable",
        "Destination Host Unreachable",
        "Destination Protocol Unreachable",
        "Destination Port Unreachable",
        "Frag needed and DF set (mtu = %d)",
        "Source Route Failed",
        "Destination Net Unknown",
        "Destination Host Unknown",
        "Source Host Isolated",
        "Destination Net Prohibited",
        "Destination Host Prohibited",
        "Destination Net Unreachable for Type of Service",
        "Destination Host Unreachable for Type of Service",
        "Packet filtered",
        "Precedence Violation",
        "Precedence Cutoff"
    };

    private static final String[] WHY_UNREACHABLE_V6 = {
        "No route",
        "Administratively prohibited",
        "Beyond scope of source address",
        "Address unreachable",
        "Port unreachable"
    };

    private IcmpError() {}

    static boolean isErrorV4(int type) {
        return type == UNREACHABLE || type == TIME_EXCEEDED || type == PARAMETER_PROBLEM;
    }

    static boolean isErrorV6(int type) {
        return type >= UNREACHABLE_V6 && type <= PARAMETER_PROBLEM_V6;
    }

    /**
     * Words for an ICMPv4 error.
     *
     * @param value the second word of the message, as its type uses it
     */
    static String v4(int type, int code, int value) {
        return switch (type) {
            case UNREACHABLE ->
                    code < WHY_UNREACHABLE.length
                            ? WHY_UNREACHABLE[code].replace("%d", Integer.toString(value & 0xffff))
                            : "Dest Unreachable, Bad Code: " + code;
            case TIME_EXCEEDED ->
                    switch (code) {
                        case 0 -> "Time to live exceeded";
                        case 1 -> "Frag reassembly time exceeded";
                        default -> "Time exceeded, Bad Code: " + code;
                    };
            default -> "Parameter problem: pointer = " + (value >>> 24);
        };
    }

    /**
     * Words for an ICMPv6 error.
     *
     * @param value the second word of the message, as its type uses it
     */
    static String v6(int type, int code, int value) {
        String number = Integer.toUnsignedString(value);
        return switch (type) {
            case UNREACHABLE_V6 ->
                    "Destination unreachable: "
                            + (code < WHY_UNREACHABLE_V6.length
                                    ? WHY_UNREACHABLE_V6[code]
                                    : "Unknown code " + code);
            case TOO_BIG_V6 -> "Packet too big: mtu=" + number;
            case TIME_EXCEEDED_V6 ->
                    "Time exceeded: "
                            + switch (code) {
                                case 0 -> "Hop limit";
                                case 1 -> "Defragmentation failure";
                                default -> "code " + code;
                            };
            default ->
                    "Parameter problem: "
                            + switch (code) {
                                case 0 -> "Wrong header field";
                                case 1 -> "Unknown header";
                                case 2 -> "Unknown option";
                                default -> "code " + code;
                            }
                            + " at "
                            + number;
        };
    }
}
