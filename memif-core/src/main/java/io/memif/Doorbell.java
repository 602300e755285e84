package io.memif;

/**
 * Signals the receiver of a ring that packets are waiting. Called by the transmit engine's thread.
 */
@FunctionalInterface
public interface Doorbell {
    /** Signals once. Never blocks and never throws; a signal already pending is enough. */
    void ring();
}
