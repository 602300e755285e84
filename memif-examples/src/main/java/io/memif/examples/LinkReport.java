package io.memif.examples;

import io.memif.InterfaceListener;
import io.memif.LinkInfo;
import io.memif.MemifException;
import io.memif.MemifInterface;
import java.io.PrintWriter;

/**
 * Prints what happens to a link, and ends the command when no link will come. Called on the
 * reactor's thread; the rest is for any thread.
 */
public final class LinkReport implements InterfaceListener {
    /** What to do while there is no link. */
    public enum Patience {
        /** End the command. */
        NONE,
        /** Say why, and wait. */
        ANNOUNCED,
        /** Wait; nobody needs to know. */
        SILENT
    }

    private final PrintWriter out;
    private final String prefix;
    private final StopSignal stop;
    private final Patience patience;
    private volatile boolean wasUp;
    private volatile MemifException failure;

    /**
     * A report.
     *
     * @param out gets a line for each change
     * @param stop is raised when no link will come
     * @param patience when a link goes down, or does not come up
     */
    public LinkReport(PrintWriter out, StopSignal stop, Patience patience) {
        this(out, "", stop, patience);
    }

    /**
     * A report on one of several links.
     *
     * @param out gets a line for each change
     * @param prefix begins each line and says which link it is
     * @param stop is raised when no link will come
     * @param patience when a link goes down, or does not come up
     */
    public LinkReport(PrintWriter out, String prefix, StopSignal stop, Patience patience) {
        this.out = out;
        this.prefix = prefix;
        this.stop = stop;
        this.patience = patience;
    }

    @Override
    public void onLinkUp(MemifInterface itf, LinkInfo link) {
        wasUp = true;
        String buffers =
                link.bufferSize() > 0 ? "buffer size " + link.bufferSize() : "buffers of the peer";
        out.printf(
                "%slink up: peer \"%s\", interface \"%s\", %d receive and %d transmit queues,"
                        + " ring size %d, %s%n",
                prefix,
                link.peerApplicationName(),
                link.peerInterfaceName(),
                link.rxQueues(),
                link.txQueues(),
                link.ringSize(),
                buffers);
        out.flush();
    }

    @Override
    public void onLinkDown(MemifInterface itf, String reason) {
        out.println(prefix + "link down: " + reason);
        out.flush();
        if (patience == Patience.NONE) {
            stop.request();
        }
    }

    @Override
    public void onPeerStalled(MemifInterface itf, String what) {
        LinkInfo link = itf.linkInfo();
        out.println(
                (prefix + "the peer takes nothing: " + what)
                        + ("; is its interface up? (VPP: set interface state ")
                        + ((link == null ? "NAME" : link.peerInterfaceName()) + " up)"));
        out.flush();
    }

    @Override
    public void onConnectFailed(MemifInterface itf, MemifException cause) {
        // An address that worked before comes back with its owner, directory and all.
        boolean hopeless = !wasUp && isHopeless(cause);
        if (hopeless || patience == Patience.NONE) {
            failure = wasUp ? null : cause;
            stop.request();
        } else if (patience == Patience.ANNOUNCED) {
            out.println(prefix + (wasUp ? "no link: " : "no link yet: ") + cause.getMessage());
            out.flush();
        }
    }

    private static boolean isHopeless(MemifException cause) {
        return switch (cause.code()) {
            case BAD_ADDRESS, CONFIGURATION -> true;
            default -> false;
        };
    }

    /**
     * Tells why no link will come.
     *
     * @throws MemifException if that is so
     */
    public void throwFailure() {
        MemifException known = failure;
        if (known != null) {
            throw known;
        }
    }
}
