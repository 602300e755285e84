package io.memif.internal.memory;

/**
 * Where the buffers of an M2S ring lie, one a slot, so that the caches of both ends get along.
 *
 * <p>The rules were found by measuring; the reasons are our explanation of what was measured. Where
 * in its page a buffer begins decides which sets of a second-level cache it competes for, together
 * with the few bits that the page's physical address adds. A packet should have left the cache of
 * the sender for the shared one by the time the receiver reads it: fetching it out of the other
 * processor's own cache is slower, and so is the sender's next store to a line that the receiver
 * still has. Therefore each buffer has the end of a page (or of several) to itself, at the same
 * place in all of them: packets compete for a few sets, and what the processors fetch ahead behind
 * a long one ends with the page.
 *
 * <p>A sender whose packets nobody looks into has nothing to win by that: its stores would miss its
 * own cache. For it the begin moves by up to seven lines from slot to slot. After 32 slots the
 * order of begins changes, since that many pages in a row may be all different in those few bits.
 *
 * @param stride distance between two buffers, bytes
 * @param first where the first one begins, bytes
 * @param stagger how much later in its page the next buffer begins, bytes; see {@link OwnBuffers}
 */
record BufferSpacing(int stride, int first, int stagger) {
    private static final int LINE = 64;
    private static final int PAGE = 4096;

    /** Smaller buffers lie one behind the other: most of their page would be wasted. */
    private static final int SMALLEST_APART = 2048;

    /**
     * The spacing for buffers of a size.
     *
     * @param bufferSize 64 to 65535 bytes, headroom included
     * @param payloadRead whether somebody looks into received packets
     * @return for a ring whose first byte is at the begin of a page
     */
    static BufferSpacing of(int bufferSize, boolean payloadRead) {
        int lines = roundUp(bufferSize, LINE);
        if (bufferSize < SMALLEST_APART) {
            return new BufferSpacing(lines, 0, 0);
        }
        int stagger = payloadRead ? 0 : LINE;
        int room = lines + (OwnBuffers.BEGINS - 1) * stagger;
        int stride = roundUp(room, PAGE);
        return new BufferSpacing(stride, stride - room, stagger);
    }

    /** The next begin of a page. */
    static long pageAfter(long offset) {
        return (offset + PAGE - 1) / PAGE * PAGE;
    }

    private static int roundUp(int bytes, int unit) {
        return (bytes + unit - 1) / unit * unit;
    }
}
