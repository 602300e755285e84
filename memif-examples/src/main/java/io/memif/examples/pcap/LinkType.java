package io.memif.examples.pcap;

import java.util.Map;

/** What the packets of a capture file begin with: the two that memif carries. */
public enum LinkType {
    /** An Ethernet header, destination first, no checksum at the end. */
    ETHERNET(1),
    /** An IPv4 or IPv6 header. */
    RAW(101);

    /** Link types of other networks and of other systems, for messages. */
    private static final Map<Integer, String> NAMES =
            Map.ofEntries(
                    Map.entry(0, "NULL"),
                    Map.entry(1, "ETHERNET"),
                    Map.entry(6, "IEEE802_5"),
                    Map.entry(9, "PPP"),
                    Map.entry(12, "RAW"),
                    Map.entry(14, "RAW"),
                    Map.entry(50, "PPP_HDLC"),
                    Map.entry(51, "PPP_ETHER"),
                    Map.entry(101, "RAW"),
                    Map.entry(104, "C_HDLC"),
                    Map.entry(105, "IEEE802_11"),
                    Map.entry(108, "LOOP"),
                    Map.entry(113, "LINUX_SLL"),
                    Map.entry(117, "PFLOG"),
                    Map.entry(119, "IEEE802_11_PRISM"),
                    Map.entry(127, "IEEE802_11_RADIOTAP"),
                    Map.entry(187, "BLUETOOTH_HCI_H4"),
                    Map.entry(189, "USB_LINUX"),
                    Map.entry(192, "PPI"),
                    Map.entry(195, "IEEE802_15_4_WITHFCS"),
                    Map.entry(201, "BLUETOOTH_HCI_H4_WITH_PHDR"),
                    Map.entry(220, "USB_LINUX_MMAPPED"),
                    Map.entry(227, "CAN_SOCKETCAN"),
                    Map.entry(228, "IPV4"),
                    Map.entry(229, "IPV6"),
                    Map.entry(239, "NFLOG"),
                    Map.entry(247, "INFINIBAND"),
                    Map.entry(249, "USBPCAP"),
                    Map.entry(253, "NETLINK"),
                    Map.entry(276, "LINUX_SLL2"));

    private final int code;

    LinkType(int code) {
        this.code = code;
    }

    /** {@return its number in capture files} */
    public int code() {
        return code;
    }

    /**
     * What a number in a capture file means.
     *
     * @param code RAW has three numbers, by system, and one for each IP version
     * @return null if memif does not carry such packets
     */
    public static LinkType of(int code) {
        return switch (code) {
            case 1 -> ETHERNET;
            case 12, 14, 101, 228, 229 -> RAW;
            default -> null;
        };
    }

    /**
     * A number in a capture file for messages.
     *
     * @param code any number
     * @return its name, if it is one of the usual, and the number
     */
    public static String describe(int code) {
        String known = NAMES.get(code);
        return known == null ? "number " + code : known + " (" + code + ")";
    }
}
