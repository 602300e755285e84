package io.memif.tests.bench;

import io.memif.internal.posix.PollCalls;
import io.memif.internal.posix.Posix;
import io.memif.internal.posix.SocketCalls;
import io.memif.unix.DescriptorChannel;
import io.memif.unix.OwnedFd;
import java.util.ArrayList;
import java.util.List;

/**
 * Sends 64 bytes on each connection and waits for all of them to come back: the same client
 * whatever the server, so that only the server differs.
 */
final class EchoLoop implements Contender {
    private static final int BYTES = 64;

    /** Makes a server for the far ends of the connections. */
    @FunctionalInterface
    interface Factory {
        EchoServer make(List<OwnedFd> sockets) throws Exception;
    }

    private final Posix posix;
    private final List<OwnedFd> near = new ArrayList<>();
    private final List<DescriptorChannel> channels = new ArrayList<>();
    private final EchoServer server;
    private final Thread thread;

    EchoLoop(Posix posix, int connections, Factory factory) throws Exception {
        this.posix = posix;
        List<OwnedFd> far = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            int[] two = new int[2];
            int type = SocketCalls.SOCK_STREAM | SocketCalls.SOCK_CLOEXEC;
            if (posix.sockets().socketPair(type, two) < 0) {
                throw new IllegalStateException("no socket pair");
            }
            near.add(OwnedFd.adopt(posix, two[0], "client"));
            far.add(OwnedFd.adopt(posix, two[1], "server"));
            channels.add(new DescriptorChannel(near.get(i), BYTES));
        }
        this.server = factory.make(far);
        this.thread = new Thread(this::serve, "echo server");
        thread.start();
    }

    private void serve() {
        try {
            server.serve();
        } catch (Exception e) {
            e.printStackTrace();
        }
    }

    @Override
    public double perSecond(long durationNs) {
        long start = System.nanoTime();
        long done = 0;
        long elapsed;
        do {
            for (DescriptorChannel channel : channels) {
                channel.payload().clear();
                channel.send();
            }
            for (int i = 0; i < channels.size(); i++) {
                receive(i);
            }
            done += channels.size();
            elapsed = System.nanoTime() - start;
        } while (elapsed < durationNs);
        return done * 1e9 / elapsed;
    }

    private void receive(int index) {
        while (channels.get(index).receive() < 0) {
            int number = near.get(index).acquire();
            posix.polling().pollOne(number, PollCalls.READABLE, 1_000);
            near.get(index).release();
        }
    }

    @Override
    public void end() throws Exception {
        server.stop();
        thread.join();
        server.end();
        near.forEach(OwnedFd::close);
    }
}
