package io.memif;

/**
 * Is told about the link of an interface, in order and with one call at a time. The calls come on a
 * callback thread of the reactor; with a caller-driven reactor, inside {@link MemifReactor#doWork}.
 * The link may have changed again by then: {@link MemifInterface#isConnected} gives its current
 * state.
 *
 * <p>A method may call whatever it likes; it may close its interface, its socket or its reactor.
 * Until it returns, the interface gets no new link, so that no calls pile up. A call that takes
 * longer than a second is reported once to the socket's error handler. Closing an interface, a
 * socket or a reactor waits up to one second for listeners. What a method throws goes to the
 * socket's error handler.
 */
public interface InterfaceListener {
    /**
     * The link came up. The queues already work.
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
     * The peer has not touched what waits for it for two seconds: packets, or buffers that a slave
     * posted. It may be busy or administratively down, or it may be gone while a proxy keeps its
     * connection open. The link stays up; {@link InterfaceConfig.Builder#endStalledLinkAfter} can
     * change that. This is called once until the peer moves again. {@link MemifInterface#details}
     * gives the current state.
     *
     * @param itf the interface
     * @param what names the ring, what waits on it, and for how long
     */
    default void onPeerStalled(MemifInterface itf, String what) {}

    /**
     * An attempt to connect failed, or a peer's attempt was refused, before the link was up. A
     * slave that reconnects reports the same failure once until something changes. While a call has
     * not returned, up to 64 failures wait; later ones appear only in {@link
     * MemifInterface#details}.
     *
     * @param itf the interface
     * @param cause why, and what to do about it
     */
    default void onConnectFailed(MemifInterface itf, MemifException cause) {}
}
