package io.memif.unix;

import io.memif.internal.posix.PeerCredentials;
import io.memif.internal.posix.PollCalls;
import io.memif.internal.posix.Posix;
import io.memif.internal.posix.SocketCalls;
import io.memif.internal.posix.UnixAddress;
import io.memif.unix.UnixException.Kind;

/**
 * What can be asked of and set on an AF_UNIX socket. A view: the descriptor stays its owner's.
 *
 * <p>Thread-safe. All methods throw {@link UnixException} with {@link Kind#CALL_FAILED} if the
 * kernel refuses, and with {@link Kind#NOT_OWNED} if the descriptor is closed.
 */
public final class UnixSocket {
    private final OwnedFd fd;
    private final Posix posix;
    private final int type;

    /**
     * Looks at a descriptor as a socket.
     *
     * @param fd the descriptor; stays its owner's
     * @throws UnixException {@link Kind#UNUSABLE} if it is no AF_UNIX socket
     */
    public UnixSocket(OwnedFd fd) {
        this.fd = fd;
        this.posix = fd.posix();
        int number = fd.acquire();
        try {
            int domain = posix.sockets().getSocketOption(number, SocketCalls.SO_DOMAIN);
            int found = posix.sockets().getSocketOption(number, SocketCalls.SO_TYPE);
            if (Math.min(domain, found) < 0) {
                int error = domain < 0 ? domain : found;
                throw UnixException.of(Kind.UNUSABLE, error, "getsockopt", fd, null);
            }
            if (domain != SocketCalls.AF_UNIX) {
                String text = fd + " is a socket of address family " + domain + ", not AF_UNIX";
                throw new UnixException(Kind.UNUSABLE, text);
            }
            this.type = found;
        } finally {
            fd.release();
        }
    }

    /** A call on the descriptor's number. */
    @FunctionalInterface
    private interface Call {
        int on(int number);
    }

    private int with(String call, Call attempt) {
        int number = fd.acquire();
        int result;
        try {
            result = attempt.on(number);
        } finally {
            fd.release();
        }
        if (result < 0) {
            throw UnixException.of(result, call, fd);
        }
        return result;
    }

    /**
     * The descriptor.
     *
     * @return the descriptor given at construction
     */
    public OwnedFd fd() {
        return fd;
    }

    /**
     * The socket's type.
     *
     * @return {@link SocketCalls#SOCK_STREAM}, {@link SocketCalls#SOCK_DGRAM} or {@link
     *     SocketCalls#SOCK_SEQPACKET}
     */
    public int type() {
        return type;
    }

    /**
     * Whether bytes flow without message boundaries.
     *
     * @return true for a stream
     */
    public boolean isStream() {
        return type == SocketCalls.SOCK_STREAM;
    }

    /**
     * Whether the other side is there and may still send. Consumes nothing; what it sent before it
     * left may still be read. A datagram socket has no connection: true as long as it has no error.
     *
     * @return false if it was never connected, or the other side has closed or shut down its
     *     sending
     */
    public boolean isConnected() {
        int gone = PollCalls.READ_HANGUP | PollCalls.HANGUP | PollCalls.ERROR;
        int found =
                with("poll", number -> posix.polling().pollOne(number, PollCalls.READ_HANGUP, 0));
        return (found & gone) == 0;
    }

    /**
     * This end's address.
     *
     * @return the address, unnamed if it was never bound
     */
    public UnixAddress localAddress() {
        UnixAddress.Holder holder = new UnixAddress.Holder();
        with("getsockname", number -> posix.sockets().socketName(number, holder));
        return holder.get();
    }

    /**
     * The other end's address.
     *
     * @return the address, unnamed if that end was never bound
     */
    public UnixAddress peerAddress() {
        UnixAddress.Holder holder = new UnixAddress.Holder();
        with("getpeername", number -> posix.sockets().peerName(number, holder));
        return holder.get();
    }

    /**
     * Who connected, or listened where we connected, as it was then.
     *
     * @return process, user and group of the other end
     */
    public PeerCredentials peerCredentials() {
        PeerCredentials peer = new PeerCredentials();
        with("getsockopt(SO_PEERCRED)", number -> posix.sockets().peerCredentials(number, peer));
        return peer;
    }

    /**
     * Size of the send buffer.
     *
     * @return bytes, as the kernel counts them: its own bookkeeping included
     */
    public int sendBufferBytes() {
        return get("getsockopt(SO_SNDBUF)", SocketCalls.SO_SNDBUF);
    }

    /**
     * Sets the size of the send buffer.
     *
     * @param bytes payload bytes; the kernel doubles it and keeps it within net.core.wmem_max
     */
    public void sendBufferBytes(int bytes) {
        set("setsockopt(SO_SNDBUF)", SocketCalls.SO_SNDBUF, bytes);
    }

    /**
     * Size of the receive buffer. AF_UNIX queues by the sender's send buffer, so it says little.
     *
     * @return bytes, as the kernel counts them
     */
    public int receiveBufferBytes() {
        return get("getsockopt(SO_RCVBUF)", SocketCalls.SO_RCVBUF);
    }

    /**
     * Sets the size of the receive buffer.
     *
     * @param bytes payload bytes; the kernel doubles it and keeps it within net.core.rmem_max
     */
    public void receiveBufferBytes(int bytes) {
        set("setsockopt(SO_RCVBUF)", SocketCalls.SO_RCVBUF, bytes);
    }

    /**
     * How many bytes a blocking receive on a stream waits for.
     *
     * @return bytes
     */
    public int receiveLowWaterBytes() {
        return get("getsockopt(SO_RCVLOWAT)", SocketCalls.SO_RCVLOWAT);
    }

    /**
     * Sets how many bytes a blocking receive on a stream waits for. Readiness is not held back by
     * it on AF_UNIX sockets.
     *
     * @param bytes bytes, at least 1
     */
    public void receiveLowWaterBytes(int bytes) {
        set("setsockopt(SO_RCVLOWAT)", SocketCalls.SO_RCVLOWAT, bytes);
    }

    /**
     * Sets whether messages received carry their sender's credentials.
     *
     * @param pass true to have them
     */
    public void passCredentials(boolean pass) {
        set("setsockopt(SO_PASSCRED)", SocketCalls.SO_PASSCRED, pass ? 1 : 0);
    }

    private int get(String call, int option) {
        return with(call, number -> posix.sockets().getSocketOption(number, option));
    }

    private void set(String call, int option, int value) {
        with(call, number -> posix.sockets().setSocketOption(number, option, value));
    }
}
