package io.memif.internal.control;

/** One interface on the control path. Called on the reactor's thread. */
public interface InterfaceControl {
    /** What the peer is told when its owner brings an interface down. */
    String ADMIN_DOWN = "interface administratively down";

    /**
     * Ends the link if there is one, tells the peer, and stops for good. Idempotent.
     *
     * @param reason for the peer
     */
    void close(String reason);

    /**
     * Brings the interface up or down as its owner wants. Down ends the link, tells the peer, and
     * keeps it from coming back; up lets it come back, a slave tries at once.
     *
     * @param up what it is to be
     */
    void adminUp(boolean up);
}
