package io.memif.tests.bench;

import io.memif.internal.posix.Posix;
import io.memif.internal.posix.SocketCalls;
import io.memif.unix.DescriptorChannel;
import io.memif.unix.EventFd;
import io.memif.unix.OwnedFd;
import io.memif.unix.PollGroup;
import io.memif.unix.PollKey;
import io.memif.unix.UnixSocket;
import io.memif.unix.pass.Conduit;
import java.util.List;

/**
 * Descriptor transfers, reactor turns and echoes in a second, against Python's own modules and
 * against the selector of jnr-unixsocket.
 *
 * <p>To run it from the root of the project, with the number of rounds and the milliseconds of
 * each:
 *
 * <pre>
 * mvn -q -B -DskipTests package -pl memif-tests -am
 * java --enable-native-access=ALL-UNNAMED \
 *     -cp 'memif-tests/target/test-classes:memif-examples/target/lib/*' \
 *     io.memif.tests.bench.DescriptorBench 7 500
 * </pre>
 */
final class DescriptorBench {
    private final Posix posix = Posix.open();

    private DescriptorBench() {}

    public static void main(String[] args) throws Exception {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 7;
        long durationNs = (args.length > 1 ? Long.parseLong(args[1]) : 500) * 1_000_000;
        DescriptorBench bench = new DescriptorBench();
        System.out.println("JDK " + Runtime.version());
        bench.transfers().run(rounds, durationNs, System.out);
        bench.turns().run(rounds, durationNs, System.out);
        bench.echo(1).run(rounds, durationNs, System.out);
        bench.echo(64).run(rounds, durationNs, System.out);
    }

    private Race transfers() throws Exception {
        return new Race("descriptors sent, received and closed in a second of CPU time")
                .add("DescriptorChannel", channelTransfers())
                .add("Conduit", conduitTransfers())
                .add("Python socket.send_fds", new PythonLoop("transfers"));
    }

    private Contender channelTransfers() {
        int[] two = new int[2];
        int type = SocketCalls.SOCK_SEQPACKET | SocketCalls.SOCK_CLOEXEC;
        if (posix.sockets().socketPair(type, two) < 0) {
            throw new IllegalStateException("no socket pair");
        }
        OwnedFd left = OwnedFd.adopt(posix, two[0], "left");
        OwnedFd right = OwnedFd.adopt(posix, two[1], "right");
        DescriptorChannel sender = new DescriptorChannel(left, 16);
        DescriptorChannel receiver = new DescriptorChannel(right, 16);
        EventFd event = EventFd.create(posix, "event");
        return new JavaLoop(
                () -> {
                    sender.payload().clear().limit(1);
                    sender.send(event.fd());
                    receiver.receive();
                    receiver.takeDescriptor(0).close();
                },
                List.of(left, right, event));
    }

    private Contender conduitTransfers() {
        Conduit[] two = Conduit.pair(posix, UnixSocket.Type.SEQPACKET);
        EventFd event = EventFd.create(posix, "event");
        return new JavaLoop(
                () -> {
                    two[0].share(event.fd(), 0);
                    two[1].receive("event", 0).close();
                },
                List.of(two[0], two[1], event));
    }

    private Race turns() throws Exception {
        PollGroup group = new PollGroup(posix, System::nanoTime, Throwable::printStackTrace);
        EventFd event = EventFd.createPrivate(posix, "event");
        group.add(event.fd(), PollKey.READ, (key, ready) -> event.drain());
        Contender turns =
                new JavaLoop(
                        () -> {
                            event.signal();
                            group.poll(Long.MAX_VALUE, 32);
                        },
                        List.of(group, event));
        return new Race("reactor turns with one event in a second of CPU time")
                .add("PollGroup", turns)
                .add("Python select.epoll", new PythonLoop("turns"));
    }

    private Race echo(int connections) throws Exception {
        return new Race("echoes of 64 bytes over " + connections + " connections in a second")
                .add("PollGroup", new EchoLoop(posix, connections, PollGroupEcho::new))
                .add(
                        "jnr-unixsocket selector",
                        new EchoLoop(posix, connections, SelectorEcho::new));
    }
}
