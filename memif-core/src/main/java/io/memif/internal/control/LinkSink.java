package io.memif.internal.control;

import io.memif.MemifException;
import io.memif.internal.protocol.Ending;
import java.util.List;

/** The interface's side of the control path. Called on the reactor's thread. */
public interface LinkSink {
    /** {@return the calls of its listener; while one has not returned there is no new link} */
    Callbacks callbacks();

    /**
     * The link is up.
     *
     * @param link valid until {@link #linkDown}
     * @param watched its transmit rings whose senders have to say when they publish: the first
     *     ones, or none
     */
    void linkUp(Link link, List<WatchedRing> watched);

    /**
     * The link went down; called once for each {@link #linkUp}, before its memory is released.
     *
     * @param ending why
     */
    void linkDown(Ending ending);

    /**
     * The peer leaves untouched what waits for it; called once until it moves again.
     *
     * @param what lies where, and for how long
     */
    void peerStalled(String what);

    /**
     * An attempt failed before the link was up.
     *
     * @param last whether no further attempt will be made
     */
    void failed(MemifException failure, boolean last);

    /**
     * A connection ended, whether its link was up or not.
     *
     * @param ours why we ended it; null if the peer did
     * @param peers what the peer said, or how it went without a word; null if we ended it
     */
    void ended(String ours, String peers);

    /** Somebody records what happens: the queues' counters are to be looked at. */
    void recordCounters();

    /** The peer of a transmit queue was signalled again, because it left packets lying. */
    void signalledAgain(int queue);
}
