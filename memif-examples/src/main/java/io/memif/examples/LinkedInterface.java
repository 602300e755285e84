package io.memif.examples;

import io.memif.InterfaceConfig;
import io.memif.InterfaceListener;
import io.memif.LinkInfo;
import io.memif.MemifException;
import io.memif.MemifInterface;
import io.memif.MemifSocket;
import io.memif.Role;
import java.time.Duration;

/** The interface that a command opened, and what is known of its link. Any thread. */
public final class LinkedInterface implements AutoCloseable {
    private static final double NS_PER_SECOND = 1e9;
    private static final Duration STEP = Duration.ofMillis(50);
    private static final Duration NEWS = Duration.ofSeconds(1);

    private final MemifSocket socket;
    private final MemifInterface itf;
    private final Watch watch;
    private final boolean ownsSocket;
    private final boolean onlyOnce;

    private LinkedInterface(
            MemifSocket socket,
            MemifInterface itf,
            Watch watch,
            boolean ownsSocket,
            boolean onlyOnce) {
        this.socket = socket;
        this.itf = itf;
        this.watch = watch;
        this.ownsSocket = ownsSocket;
        this.onlyOnce = onlyOnce;
    }

    /**
     * Opens the socket and the interface; does not wait for the link.
     *
     * @param options of the link
     * @param command whose names the peer is told, unless the options have others
     * @param report told about the link as well
     * @return the caller's to close
     * @throws CommandFailure if a slave's socket will hardly ever appear
     * @throws MemifException if the socket cannot be used
     */
    public static LinkedInterface open(
            LinkOptions options, String command, InterfaceListener report) {
        return open(options, command, report, null);
    }

    /**
     * Opens another interface, on the socket of this one if it has the same address.
     *
     * @param options of the link
     * @param command whose names the peer is told, unless the options have others
     * @param report told about the link as well
     * @return the caller's to close, before this one
     * @throws CommandFailure if a slave's socket will hardly ever appear
     * @throws MemifException if the socket cannot be used
     */
    public LinkedInterface openAnother(
            LinkOptions options, String command, InterfaceListener report) {
        boolean same = options.socket().equals(socket.address());
        return open(options, command, report, same ? socket : null);
    }

    private static LinkedInterface open(
            LinkOptions options, String command, InterfaceListener report, MemifSocket shared) {
        Watch watch = new Watch(report);
        InterfaceConfig config =
                options.interfaceConfig("memif-" + command).listener(watch).build();
        if (options.role() == Role.SLAVE) {
            SocketDirectory.check(options.socket());
        }
        MemifSocket own =
                shared != null
                        ? null
                        : MemifSocket.open(options.socketConfig("io.memif " + command).build());
        try {
            MemifSocket socket = shared != null ? shared : own;
            MemifInterface itf = socket.addInterface(config);
            return new LinkedInterface(socket, itf, watch, own != null, options.endsWithLink());
        } catch (RuntimeException e) {
            if (own != null) {
                own.close();
            }
            throw e;
        }
    }

    /** {@return the interface} */
    public MemifInterface itf() {
        return itf;
    }

    /**
     * Waits for the link.
     *
     * @param seconds longest wait
     * @param stop ends the wait
     * @return false if stopped
     * @throws InterruptedException if the thread is interrupted
     * @throws CommandFailure if there is no link in time; it says why
     */
    public boolean awaitLink(double seconds, StopSignal stop) throws InterruptedException {
        long start = System.nanoTime();
        while (!itf.awaitConnected(STEP)) {
            if (stop.isRequested()) {
                return false;
            }
            if (onlyOnce && watch.reason != null) {
                throw new CommandFailure("no link: " + watch.reason);
            }
            if (System.nanoTime() - start >= seconds * NS_PER_SECOND) {
                String why = watch.reason == null ? "no peer came" : watch.reason;
                throw new CommandFailure("no link within " + seconds + " s: " + why);
            }
        }
        return !stop.isRequested();
    }

    /**
     * Why the link went down. It may take a moment until that is known.
     *
     * @return a failure for the command's user
     * @throws InterruptedException if the thread is interrupted
     */
    public CommandFailure linkDown() throws InterruptedException {
        long start = System.nanoTime();
        while (watch.reason == null && System.nanoTime() - start < NEWS.toNanos()) {
            Thread.sleep(1);
        }
        return new CommandFailure("the link went down: " + watch.reason);
    }

    @Override
    public void close() {
        if (ownsSocket) {
            socket.close();
        } else {
            itf.close();
        }
    }

    /** On callback threads. */
    private static final class Watch implements InterfaceListener {
        private final InterfaceListener report;

        /** Of the last failure or end; null while the link is up. */
        private volatile String reason;

        Watch(InterfaceListener report) {
            this.report = report;
        }

        @Override
        public void onLinkUp(MemifInterface itf, LinkInfo link) {
            reason = null;
            report.onLinkUp(itf, link);
        }

        @Override
        public void onLinkDown(MemifInterface itf, String why) {
            reason = why;
            report.onLinkDown(itf, why);
        }

        @Override
        public void onConnectFailed(MemifInterface itf, MemifException cause) {
            reason = cause.getMessage();
            report.onConnectFailed(itf, cause);
        }

        @Override
        public void onPeerStalled(MemifInterface itf, String what) {
            report.onPeerStalled(itf, what);
        }
    }
}
