package io.memif.examples.perf;

import io.memif.InterfaceListener;
import io.memif.LinkInfo;
import io.memif.MemifException;
import io.memif.MemifInterface;
import io.memif.examples.StopSignal;

/**
 * Notes when the link came up and went down; the run ends with it. Called on the reactor's thread,
 * read by any.
 */
final class LinkWatch implements InterfaceListener {
    private final StopSignal stop;
    private final boolean patient;
    private volatile LinkInfo up;
    private volatile boolean down;
    private volatile long upAt;
    private volatile long downAt;
    private volatile String reason;
    private volatile MemifException finalFailure;

    /**
     * A watch.
     *
     * @param stop is raised when the link goes down, or will not come up
     * @param patient whether a first failure leaves hope
     */
    LinkWatch(StopSignal stop, boolean patient) {
        this.stop = stop;
        this.patient = patient;
    }

    @Override
    public void onLinkUp(MemifInterface itf, LinkInfo link) {
        if (up == null) {
            upAt = System.nanoTime();
            up = link;
        }
    }

    @Override
    public void onLinkDown(MemifInterface itf, String why) {
        if (!down) {
            downAt = System.nanoTime();
            reason = why;
            down = true;
            stop.request();
        }
    }

    @Override
    public void onConnectFailed(MemifInterface itf, MemifException cause) {
        if (up != null) {
            return;
        }
        reason = cause.getMessage();
        boolean useless =
                switch (cause.code()) {
                    case BAD_ADDRESS, CONFIGURATION -> true;
                    default -> false;
                };
        if (useless || !patient) {
            finalFailure = cause;
            stop.request();
        }
    }

    /** The link that came up first; null before that. */
    LinkInfo link() {
        return up;
    }

    boolean isDown() {
        return down;
    }

    /** When the link came up, in nanoseconds. */
    long upAt() {
        return upAt;
    }

    /** When the link went down, in nanoseconds. */
    long downAt() {
        return downAt;
    }

    /** Why the link is down or not up; null if nobody knows. */
    String reason() {
        return reason;
    }

    /** Why no link will come, or null. */
    MemifException finalFailure() {
        return finalFailure;
    }
}
