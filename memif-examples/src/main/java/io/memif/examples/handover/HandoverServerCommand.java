package io.memif.examples.handover;

import io.memif.examples.CommandFailure;
import io.memif.examples.StopSignal;
import io.memif.unix.OwnedFd;
import io.memif.unix.UnixAddress;
import io.memif.unix.UnixException;
import io.memif.unix.UnixSocket;
import io.memif.unix.UnixSocket.Type;
import io.memif.unix.pass.Conduit;
import io.memif.unix.pass.Parcel;
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
        boolean done;
        try (LineServer server = socket == null ? successor() : first()) {
            System.out.println(name + ": serving, process " + ProcessHandle.current().pid());
            done = server.serve(stop);
        }
        return done || socket == null ? 0 : 1;
    }

    private LineServer first() {
        // The clients' socket first: whoever waits for the other one finds both ready.
        OwnedFd clients = listen(socket, Type.STREAM);
        return new LineServer(name, clients, listen(handover, Type.SEQPACKET));
    }

    private static OwnedFd listen(String path, Type type) {
        try {
            return UnixSocket.listen(UnixAddress.of(path), type, BACKLOG);
        } catch (UnixException e) {
            throw new CommandFailure("cannot listen: " + e.getMessage());
        }
    }

    private LineServer successor() {
        try (OwnedFd fd = connect(handover);
                Conduit conduit = Conduit.over(fd)) {
            Parcel first = receive(conduit, "listening socket");
            int count = Integer.parseInt(text(first.payload()));
            LineServer server = new LineServer(name, first.descriptors().get(0), null);
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

    private static OwnedFd connect(String path) {
        try {
            return UnixSocket.connect(UnixAddress.of(path), Type.SEQPACKET);
        } catch (UnixException e) {
            throw new CommandFailure("cannot connect: " + e.getMessage());
        }
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
}
