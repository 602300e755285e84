package io.memif.unix.pass;

import io.memif.internal.posix.Errno;
import io.memif.internal.posix.Posix;
import io.memif.unix.OwnedFd;
import io.memif.unix.UnixException;
import io.memif.unix.UnixException.Kind;
import io.memif.unix.UnixSocket;
import java.io.IOException;
import jnr.unixsocket.UnixSocketChannel;

/**
 * Converts between descriptors and jnr-unixsocket's channels. It is the only class that names them.
 *
 * <p>Closing such a channel shuts the connection down for everybody who has a descriptor of it,
 * even in other processes, unless it was {@linkplain #transfer transferred} here.
 */
public final class UnixSocketChannels {
    private UnixSocketChannels() {}

    /**
     * A second descriptor of a channel's socket.
     *
     * @param channel the channel; stays open
     * @param what a name of it, for messages
     * @return the new descriptor, close-on-exec
     * @throws UnixException {@link Kind#CALL_FAILED} if the channel is closed, or if there is no
     *     descriptor for the copy
     */
    public static OwnedFd duplicate(UnixSocketChannel channel, String what) {
        return duplicate(Posix.shared(), channel, what);
    }

    static OwnedFd duplicate(Posix posix, UnixSocketChannel channel, String what) {
        int copy = channel.isOpen() ? posix.descriptors().duplicate(channel.getFD()) : -Errno.EBADF;
        // Looked at again after the copy: a channel closed meanwhile may have shown us another's
        // number.
        if (!channel.isOpen()) {
            if (copy >= 0) {
                posix.descriptors().close(copy);
            }
            throw new UnixException(Kind.NOT_OWNED, what + ": the channel is closed");
        }
        if (copy < 0) {
            throw UnixException.of(copy, "fcntl(F_DUPFD_CLOEXEC)", what);
        }
        return OwnedFd.adopt(posix, copy, what);
    }

    /**
     * Turns a connected stream socket into a channel, to which ownership goes.
     *
     * @param socket the descriptor; no longer ours unless this throws
     * @return the channel, to be closed by the caller
     * @throws UnixException {@link Kind#UNUSABLE} if it is not an AF_UNIX socket, {@link
     *     Kind#NOT_OWNED}
     * @throws IllegalStateException if the descriptor is in use
     */
    public static UnixSocketChannel toChannel(OwnedFd socket) {
        UnixSocket checked = new UnixSocket(socket);
        return UnixSocketChannel.fromFD(checked.fd().detach());
    }

    /**
     * A conduit over a channel.
     *
     * @param channel the channel; stays open, also when the conduit is closed
     * @return the conduit
     * @throws UnixException as for {@link #duplicate} and {@link Conduit#over(OwnedFd,
     *     LongSupplier)}
     */
    public static Conduit conduit(UnixSocketChannel channel) {
        return conduit(Posix.shared(), channel);
    }

    static Conduit conduit(Posix posix, UnixSocketChannel channel) {
        OwnedFd copy = duplicate(posix, channel, "channel's socket");
        try {
            return Conduit.over(copy);
        } finally {
            copy.discard();
        }
    }

    /**
     * Sends a channel's socket and keeps the channel.
     *
     * @param conduit where to
     * @param channel what to send
     * @param timeoutNs nanoseconds to wait for space; 0 not at all, {@link Conduit#FOR_EVER}
     * @return true if sent, false if the time was up
     * @throws UnixException as for {@link #duplicate} and {@link Conduit#share(OwnedFd, long)}
     */
    public static boolean share(Conduit conduit, UnixSocketChannel channel, long timeoutNs) {
        OwnedFd copy = duplicate(conduit.posix(), channel, "channel's socket");
        try {
            return conduit.share(copy, timeoutNs);
        } finally {
            copy.discard();
        }
    }

    /**
     * Sends a channel's socket and closes the channel, without shutting the connection down, which
     * now is the receiver's.
     *
     * @param conduit where to
     * @param channel what to send; nobody else may use it. It stays open unless true is returned or
     *     closing it fails
     * @param timeoutNs nanoseconds to wait for space; 0 not at all, {@link Conduit#FOR_EVER}
     * @return true if sent, false if the time was up
     * @throws UnixException as for {@link #duplicate} and {@link Conduit#share(OwnedFd, long)}, and
     *     the channel stays open; {@link Kind#CLOSE_FAILED}, and the socket was sent
     */
    public static boolean transfer(Conduit conduit, UnixSocketChannel channel, long timeoutNs) {
        boolean sent = share(conduit, channel, timeoutNs);
        if (sent) {
            // The channel's own close would shut the connection down for its new owner as well:
            // take
            // the number away from it first.
            OwnedFd original = OwnedFd.adopt(conduit.posix(), channel.getFD(), "channel's socket");
            channel.setFD(-1);
            closeWithoutNumber(channel);
            original.closeTransferred();
        }
        return sent;
    }

    private static void closeWithoutNumber(UnixSocketChannel channel) {
        try {
            channel.close();
        } catch (IOException expected) {
            if (channel.isOpen()) {
                throw new UnixException(
                        Kind.CLOSE_FAILED, "cannot close the channel: " + expected, expected);
            }
        }
    }

    /**
     * Receives a socket as a channel.
     *
     * @param conduit where from
     * @param timeoutNs nanoseconds to wait for a message; 0 not at all, {@link Conduit#FOR_EVER}
     * @return the channel, to be closed by the caller; null if the time was up
     * @throws UnixException as for {@link Conduit#receive(String, long)} and {@link #toChannel};
     *     what came instead of a socket is closed
     */
    public static UnixSocketChannel receive(Conduit conduit, long timeoutNs) {
        OwnedFd received = conduit.receive("received socket", timeoutNs);
        if (received == null) {
            return null;
        }
        try {
            return toChannel(received);
        } catch (UnixException e) {
            received.discard();
            throw e;
        }
    }
}
