package io.memif;

import io.memif.internal.memory.Padded;

/**
 * The positions of one transmit queue over all its links: every slot that is staged moves the
 * position up by one, and so does nothing else. Belongs to the thread that sends.
 */
final class TxPositions extends Padded {
    private long serial;

    /** Position at the start of the link that {@link #serial} names. */
    private long base;

    private long highest;

    /** Nothing has been sent. */
    public TxPositions() {}

    /**
     * The position after what has been staged so far.
     *
     * @param engine of the current link
     * @return 1 or more once something has been staged
     */
    public long staged(TxEngine engine) {
        if (engine.serial != serial) {
            serial = engine.serial;
            base = highest;
        }
        highest = base + engine.staged();
        return highest;
    }

    /**
     * The position up to which the peer has taken everything. What an earlier link did not take
     * counts as taken: nobody will look at it again.
     *
     * @param engine of the current link, or null
     * @return never falls
     */
    public long taken(TxEngine engine) {
        return engine == null || engine.serial != serial ? highest : base + engine.taken();
    }
}
