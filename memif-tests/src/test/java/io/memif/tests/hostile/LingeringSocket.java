package io.memif.tests.hostile;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.internal.posix.Posix;
import io.memif.testing.ProcessTables;
import io.memif.unix.OwnedFd;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;

/**
 * A TCP socket with unsent data and SO_LINGER: whoever closes the last descriptor of it waits until
 * {@link #letGo}.
 */
final class LingeringSocket implements AutoCloseable {
    /** Whoever has not closed it by then is held. */
    private static final long HELD_MS = 200;

    private final Posix posix;
    private ServerSocketChannel server;
    private SocketChannel client;
    private SocketChannel other;
    private OwnedFd fd;
    private String target;

    LingeringSocket(Posix posix) throws IOException {
        this.posix = posix;
        open();
    }

    private void open() throws IOException {
        server = ServerSocketChannel.open();
        client = SocketChannel.open();
        server.setOption(StandardSocketOptions.SO_RCVBUF, 2048);
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
        client.connect(server.getLocalAddress());
        other = server.accept();
        client.setOption(StandardSocketOptions.SO_LINGER, 3600);
        client.configureBlocking(false);
        ByteBuffer much = ByteBuffer.allocateDirect(1 << 16);
        while (client.write(much.clear()) > 0) {
            continue;
        }
        fd = duplicateOfClient();
        // Not the last descriptor: returns at once.
        client.close();
    }

    /** The channel does not tell its number: it is the one that goes when a copy of it is shut. */
    private OwnedFd duplicateOfClient() throws IOException {
        String port = Integer.toHexString(((InetSocketAddress) client.getLocalAddress()).getPort());
        target = "socket:[" + TcpTable.inodeOfLocalPort(port) + "]";
        Set<Integer> numbers = ProcessTables.descriptors().keySet();
        for (int number : numbers) {
            if (target.equals(ProcessTables.descriptors().get(number))) {
                int copy = posix.descriptors().duplicate(number);
                return OwnedFd.adopt(posix, copy, "lingering socket");
            }
        }
        throw new AssertionError(target + " among " + ProcessTables.descriptors());
    }

    /** The JDK keeps a socket from the first time that a network channel is closed. */
    static void loadChannels() throws IOException {
        try (ServerSocketChannel listening = ServerSocketChannel.open()) {
            listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
            try (SocketChannel connected = SocketChannel.open(listening.getLocalAddress())) {
                listening.accept().close();
                connected.configureBlocking(false);
            }
        }
    }

    /**
     * Sends the descriptor, and drops ours at once: the receiver's is the last one then. Returns
     * whether it was. A receiver that closed its own before is not held; then this makes another
     * socket, to be sent again.
     *
     * @param send sends it, and returns whether that went well
     */
    boolean handOver(Predicate<OwnedFd> send) {
        AtomicBoolean sent = new AtomicBoolean();
        // Both on one thread, or starting one takes longer than the receiver does.
        Thread closing =
                new Thread(
                        () -> {
                            sent.set(send.test(fd));
                            fd.close();
                        },
                        "lingering socket");
        closing.setDaemon(true);
        closing.start();
        try {
            closing.join(HELD_MS);
            if (!closing.isAlive() && sent.get()) {
                return true;
            }
            letGo();
            closing.join();
            server.close();
            open();
            return false;
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** The other end resets the connection, which ends all waiting. */
    void letGo() throws IOException {
        if (other.isOpen()) {
            other.setOption(StandardSocketOptions.SO_LINGER, 0);
            other.close();
        }
    }

    /** Lets go, and waits until whoever was held has closed it. */
    @Override
    public void close() throws IOException {
        letGo();
        fd.close();
        server.close();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (ProcessTables.descriptors().containsValue(target)) {
            assertTrue(System.nanoTime() < end, "whoever was held closes " + target);
        }
    }
}
