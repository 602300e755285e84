package io.memif.unix;

import io.memif.internal.posix.DescriptorCalls;
import io.memif.internal.posix.Errno;
import io.memif.internal.posix.PollCalls;
import io.memif.internal.posix.Posix;
import io.memif.internal.posix.SocketCalls;
import io.memif.unix.UnixException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Reads and sets the properties of an AF_UNIX socket. It is a view: the descriptor stays its
 * owner's.
 *
 * <p>Thread-safe. All methods throw {@link UnixException} with {@link Kind#CALL_FAILED} if the
 * kernel refuses, and with {@link Kind#NOT_OWNED} if the descriptor is closed.
 */
public final class UnixSocket {
    /** SD_LISTEN_FDS_START of sd_listen_fds(3). */
    private static final int FIRST_ACTIVATED = 3;

    private static final AtomicBoolean TAKEN = new AtomicBoolean();

    private final OwnedFd fd;
    private final Posix posix;
    private final Type type;

    /** What a socket carries. */
    public enum Type {
        /** A stream of bytes. */
        STREAM(SocketCalls.SOCK_STREAM),
        /** Messages, without a connection. */
        DATAGRAM(SocketCalls.SOCK_DGRAM),
        /** Messages over a connection. */
        SEQPACKET(SocketCalls.SOCK_SEQPACKET);

        private final int number;

        Type(int number) {
            this.number = number;
        }

        private static Type of(int number) {
            return number == STREAM.number
                    ? STREAM
                    : number == SEQPACKET.number ? SEQPACKET : DATAGRAM;
        }
    }

    /**
     * Creates a socket that listens.
     *
     * @param address where; a path is created and stays when the socket is closed
     * @param type {@link Type#STREAM} or {@link Type#SEQPACKET}
     * @param backlog connections that may wait
     * @return the socket, non-blocking and close-on-exec, to be closed by the caller
     * @throws UnixException if the kernel refuses: EADDRINUSE if the path exists or the name is
     *     taken
     */
    public static OwnedFd listen(UnixAddress address, Type type, int backlog) {
        Posix posix = Posix.shared();
        OwnedFd fd = open(posix, address, type);
        tried(fd, "bind", number -> posix.sockets().bind(number, address.toBytes()));
        tried(fd, "listen", number -> posix.sockets().listen(number, backlog));
        return fd;
    }

    /**
     * Creates a socket and connects it.
     *
     * @param address where somebody listens
     * @param type what kind of socket
     * @return the socket, non-blocking and close-on-exec, to be closed by the caller
     * @throws UnixException if the kernel refuses: ENOENT if there is no such path, ECONNREFUSED if
     *     nobody listens, EAGAIN if the listener's backlog is full at the moment
     */
    public static OwnedFd connect(UnixAddress address, Type type) {
        Posix posix = Posix.shared();
        OwnedFd fd = open(posix, address, type);
        tried(fd, "connect", number -> posix.sockets().connect(number, address.toBytes()));
        return fd;
    }

    /**
     * Creates two sockets that are connected to each other.
     *
     * @param type what kind of sockets
     * @return two sockets, blocking and close-on-exec, to be closed by the caller
     * @throws UnixException if there are no descriptors for them
     */
    public static OwnedFd[] pair(Type type) {
        return pair(Posix.shared(), type);
    }

    /**
     * Like {@link #pair(Type)}, through given system calls.
     *
     * @param calls the system calls
     * @param type what kind of sockets
     * @return two sockets, blocking and close-on-exec, to be closed by the caller
     * @throws UnixException if there are no descriptors for them
     */
    public static OwnedFd[] pair(SystemCalls calls, Type type) {
        int[] two = new int[2];
        int flags = type.number | SocketCalls.SOCK_CLOEXEC;
        int result = Posix.of(calls).sockets().socketPair(flags, two);
        if (result < 0) {
            throw UnixException.of(result, "socketpair", "of type " + type);
        }
        return new OwnedFd[] {
            OwnedFd.adopt(calls, two[0], "left end of a pair"),
            OwnedFd.adopt(calls, two[1], "right end of a pair")
        };
    }

    /**
     * The sockets that systemd, or whoever starts services as it does, handed over to this process:
     * as many as LISTEN_FDS says, from descriptor 3 on, if LISTEN_PID is this process. They become
     * close-on-exec. Only the first call takes them.
     *
     * @return the descriptors in the order of the unit's settings, to be closed by the caller;
     *     {@link OwnedFd#what} is the name that LISTEN_FDNAMES gives, else {@code unknown}. Empty
     *     if there are none for this process, or they were taken before
     * @throws UnixException if the environment names a descriptor that is not open
     */
    public static List<OwnedFd> activated() {
        return TAKEN.compareAndSet(false, true)
                ? activated(System.getenv(), ProcessHandle.current().pid(), FIRST_ACTIVATED)
                : List.of();
    }

    static List<OwnedFd> activated(Map<String, String> environment, long pid, int first) {
        if (!Long.toString(pid).equals(environment.get("LISTEN_PID"))) {
            return List.of();
        }
        int count = Integer.parseInt(environment.getOrDefault("LISTEN_FDS", "0"));
        String[] names = environment.getOrDefault("LISTEN_FDNAMES", "").split(":");
        Posix posix = Posix.shared();
        List<OwnedFd> taken = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String name = i < names.length && !names[i].isEmpty() ? names[i] : "unknown";
            int result =
                    posix.descriptors().setDescriptorFlags(first + i, DescriptorCalls.FD_CLOEXEC);
            if (result < 0) {
                taken.forEach(OwnedFd::close);
                throw UnixException.of(
                        result, "fcntl(F_SETFD)", "activated socket " + (first + i) + " " + name);
            }
            taken.add(OwnedFd.of(first + i, name));
        }
        return List.copyOf(taken);
    }

    private static OwnedFd open(Posix posix, UnixAddress address, Type type) {
        int flags = type.number | SocketCalls.SOCK_CLOEXEC | SocketCalls.SOCK_NONBLOCK;
        return adopt(posix, posix.sockets().socket(flags), "socket", address.toString());
    }

    private static OwnedFd adopt(Posix posix, int made, String call, String what) {
        if (made < 0) {
            throw UnixException.of(made, call, what);
        }
        return OwnedFd.adopt(posix, made, what);
    }

    /** Makes a call on a new socket, which is closed if the call fails. */
    private static void tried(OwnedFd fd, String call, Call attempt) {
        int number = fd.acquire();
        int result;
        try {
            result = attempt.on(number);
        } finally {
            fd.release();
        }
        if (result < 0) {
            fd.discard();
            throw UnixException.of(result, call, fd.what());
        }
    }

    /**
     * Looks at a descriptor as a socket.
     *
     * @param fd the descriptor; stays its owner's
     * @throws UnixException {@link Kind#UNUSABLE} if it is not an AF_UNIX socket
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
            this.type = Type.of(found);
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
     * @return the type
     */
    public Type type() {
        return type;
    }

    /**
     * Whether bytes flow without message boundaries.
     *
     * @return true for a stream
     */
    public boolean isStream() {
        return type == Type.STREAM;
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
        byte[] found = new byte[SocketCalls.ADDRESS_BYTES];
        int length = with("getsockname", number -> posix.sockets().socketName(number, found));
        return UnixAddress.ofBytes(found, length);
    }

    /**
     * The other end's address.
     *
     * @return the address, unnamed if that end was never bound
     */
    public UnixAddress peerAddress() {
        byte[] found = new byte[SocketCalls.ADDRESS_BYTES];
        int length = with("getpeername", number -> posix.sockets().peerName(number, found));
        return UnixAddress.ofBytes(found, length);
    }

    /**
     * The process at the other end, as it was when it connected or listened.
     *
     * @return process, user and group of the other end
     */
    public PeerCredentials peerCredentials() {
        int[] who = new int[3];
        with("getsockopt(SO_PEERCRED)", number -> posix.sockets().peerCredentials(number, who));
        return new PeerCredentials(who[0], who[1], who[2]);
    }

    /**
     * Takes a waiting connection.
     *
     * @param what a name of it, for messages
     * @return the connection, non-blocking and close-on-exec, to be closed by the caller; null if
     *     none waits, or it is gone already
     */
    public OwnedFd accept(String what) {
        int number = fd.acquire();
        int accepted;
        try {
            accepted = posix.sockets().accept(number);
        } finally {
            fd.release();
        }
        if (accepted == -Errno.EAGAIN || accepted == -Errno.ECONNABORTED) {
            return null;
        }
        return adopt(posix, accepted, "accept4", what);
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

    /** The text of its descriptor, and its type. */
    @Override
    public String toString() {
        return type + " " + fd;
    }
}
