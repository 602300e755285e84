package io.memif;

/**
 * Told about the link of an interface, on the reactor's thread: return soon and do not block. What
 * a method throws goes to the socket's error handler.
 */
public interface InterfaceListener {
    /**
     * The link came up; the queues work from now on.
     *
     * @param itf the interface
     * @param link what was negotiated
     */
    default void onLinkUp(MemifInterface itf, LinkInfo link) {}

    /**
     * The link went down; called once for each {@link #onLinkUp}.
     *
     * @param itf the interface
     * @param reason why, printable
     */
    default void onLinkDown(MemifInterface itf, String reason) {}

    /**
     * An attempt to connect failed, or a peer's attempt was refused, before the link was up. A
     * slave that reconnects reports the same failure once until something changes.
     *
     * @param itf the interface
     * @param cause why, and what to do about it
     */
    default void onConnectFailed(MemifInterface itf, MemifException cause) {}
}
