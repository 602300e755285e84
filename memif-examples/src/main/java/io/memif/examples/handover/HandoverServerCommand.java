package io.memif.examples.handover;

import io.memif.examples.CommandFailure;
import io.memif.examples.StopSignal;
import io.memif.internal.posix.Errno;
import io.memif.internal.posix.Posix;
import io.memif.internal.posix.SocketCalls;
import io.memif.internal.posix.UnixAddress;
import io.memif.unix.Conduit;
import io.memif.unix.OwnedFd;
import io.memif.unix.Parcel;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** One server process of the demonstration. */
@Command(
        name = "handover-server",
        hidden = true,
        description = "A server of handover-demo; started by it.")
public final class HandoverServerCommand implements Callable<Integer> {
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(10);
    private static final int BACKLOG = 16;

    private final StopSignal stop;

    @Option(names = "--name", required = true)
    private String name;

    @Option(names = "--socket", description = "where clients connect; default: take over")
    private String socket;

    @Option(names = "--handover", required = true, description = "where a successor connects")
    private String handover;

    /**
     * The command.
     *
     * @param stop ends it
     */
    public HandoverServerCommand(StopSignal stop) {
        this.stop = stop;
    }

    @Override
    public Integer call() {
        Posix posix = Posix.open();
        boolean done;
        try (LineServer server = socket == null ? successor(posix) : first(posix)) {
            System.out.println(name + ": serving, process " + ProcessHandle.current().pid());
            done = server.serve(stop);
        }
        return done || socket == null ? 0 : 1;
    }

    private LineServer first(Posix posix) {
        // The clients' socket first: whoever waits for the other one finds both ready.
        OwnedFd clients = listen(posix, socket, SocketCalls.SOCK_STREAM);
        return new LineServer(
                posix, name, clients, listen(posix, handover, SocketCalls.SOCK_SEQPACKET));
    }

    private OwnedFd listen(Posix posix, String path, int type) {
        UnixAddress address = UnixAddress.of(path);
        OwnedFd fd = open(posix, type | SocketCalls.SOCK_NONBLOCK, "listening socket " + address);
        int number = fd.acquire();
        try {
            check("bind to " + address, posix.sockets().bind(number, address));
            check("listen on " + address, posix.sockets().listen(number, BACKLOG));
        } finally {
            fd.release();
        }
        return fd;
    }

    private LineServer successor(Posix posix) {
        UnixAddress address = UnixAddress.of(handover);
        OwnedFd fd = open(posix, SocketCalls.SOCK_SEQPACKET, "conduit to " + address);
        try (fd;
                Conduit conduit = connect(posix, fd, address)) {
            Parcel first = receive(conduit, "listening socket");
            int count = Integer.parseInt(text(first.payload()));
            LineServer server = new LineServer(posix, name, first.descriptors().get(0), null);
            for (int i = 0; i < count; i++) {
                Parcel next = receive(conduit, "live connection " + i);
                ByteBuffer readAhead = next.payload();
                // A message is never empty: a single NUL stands for nothing read ahead.
                if (readAhead.remaining() == 1 && readAhead.get(readAhead.position()) == 0) {
                    readAhead.clear().limit(0);
                }
                server.adopt(next.descriptors().get(0), readAhead);
            }
            System.out.println(
                    name + ": took over the listening socket and " + count + " live connections");
            return server;
        }
    }

    private Conduit connect(Posix posix, OwnedFd fd, UnixAddress address) {
        int number = fd.acquire();
        try {
            check("connect to " + address, posix.sockets().connect(number, address));
        } finally {
            fd.release();
        }
        return Conduit.over(fd, System::nanoTime);
    }

    private Parcel receive(Conduit conduit, String what) {
        Parcel parcel = conduit.receive(1, List.of(what), PATIENCE_NS);
        if (parcel == null || parcel.error() != null || parcel.descriptors().isEmpty()) {
            throw new CommandFailure("the old server did not hand over the " + what);
        }
        return parcel;
    }

    private static String text(ByteBuffer payload) {
        return StandardCharsets.US_ASCII.decode(payload).toString();
    }

    private static OwnedFd open(Posix posix, int type, String what) {
        int raw = posix.sockets().socket(type | SocketCalls.SOCK_CLOEXEC);
        return OwnedFd.adopt(posix, raw, what);
    }

    private static void check(String what, int result) {
        if (result < 0) {
            throw new CommandFailure("cannot " + what + ": " + Errno.text(-result));
        }
    }
}
