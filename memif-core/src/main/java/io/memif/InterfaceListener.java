package io.memif;

/**
 * Told about the link of an interface, in order and one call at a time, on a callback thread of the
 * reactor; with a caller-driven reactor inside {@link MemifReactor#doWork}. The link may have
 * changed again by then: {@link MemifInterface#isConnected} says how it is now.
 *
 * <p>A method may call whatever it likes, also close its interface, its socket or its reactor.
 * While it has not returned, the interface gets no new link, so that nothing piles up; a call that
 * takes longer than a second is reported to the socket's error handler once. Closing an interface,
 * a socket or a reactor waits a second at most for listeners. What a method throws goes to the
 * socket's error handler.
 */
public interface InterfaceListener {
    /**
     * The link came up; the queues work since then.
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
     * The peer leaves lying what waits for it: packets, or as a slave buffers to be filled, none of
     * which it has touched for two seconds. It may be busy, administratively down, or gone while a
     * proxy keeps its connection open; the link stays up, see {@link
     * InterfaceConfig.Builder#endStalledLinkAfter}. Called once until the peer moves again; {@link
     * MemifInterface#details} says how it is now.
     *
     * @param itf the interface
     * @param what lies on which ring, and for how long
     */
    default void onPeerStalled(MemifInterface itf, String what) {}

    /**
     * An attempt to connect failed, or a peer's attempt was refused, before the link was up. A
     * slave that reconnects reports the same failure once until something changes. While the
     * listener has not returned, no more than 64 failures wait to be told; later ones are only seen
     * in {@link MemifInterface#details}.
     *
     * @param itf the interface
     * @param cause why, and what to do about it
     */
    default void onConnectFailed(MemifInterface itf, MemifException cause) {}
}
