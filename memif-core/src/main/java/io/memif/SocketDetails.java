package io.memif;

import java.util.List;

/**
 * What there is to know about a socket at one moment.
 *
 * @param address path, or {@code @} and the abstract name
 * @param listening whether there are masters, so that slaves can connect
 * @param halfOpen connections from slaves whose handshake is not finished
 * @param accepted connections from slaves so far
 * @param refused those of them that ended before they named an interface that takes them
 * @param interfaces on the socket, in the order of their ids, masters first
 */
public record SocketDetails(
        String address,
        boolean listening,
        int halfOpen,
        long accepted,
        long refused,
        List<InterfaceDetails> interfaces) {}
