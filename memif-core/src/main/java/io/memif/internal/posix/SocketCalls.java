package io.memif.internal.posix;

/** Calls that work on AF_UNIX sockets. Thread-safe; see {@link Posix} for results. */
public final class SocketCalls {
    /** Socket type: a stream of bytes. */
    public static final int SOCK_STREAM = 1;

    /** Socket type: messages, no connection. */
    public static final int SOCK_DGRAM = 2;

    /** Socket type: messages over a connection. */
    public static final int SOCK_SEQPACKET = 5;

    /** Flag added to a type: close-on-exec. */
    public static final int SOCK_CLOEXEC = 0x80000;

    /** Flag added to a type: calls do not block. */
    public static final int SOCK_NONBLOCK = 0x800;

    /** Option: the socket's type. */
    public static final int SO_TYPE = 3;

    /** Option: size of the send buffer in bytes; the kernel doubles what is set. */
    public static final int SO_SNDBUF = 7;

    /** Option: size of the receive buffer in bytes; the kernel doubles what is set. */
    public static final int SO_RCVBUF = 8;

    /** Option: received messages carry the sender's credentials. */
    public static final int SO_PASSCRED = 16;

    /** Option: bytes that must be there before a stream counts as readable. */
    public static final int SO_RCVLOWAT = 18;

    /** Option: whether the socket listens. */
    public static final int SO_ACCEPTCONN = 30;

    /** Option: the address family. */
    public static final int SO_DOMAIN = 39;

    /** Address family of local sockets, as {@link #SO_DOMAIN} says it. */
    public static final int AF_UNIX = 1;

    /** Flag of send and receive: do not block. */
    public static final int MSG_DONTWAIT = 0x40;

    /** Flag of receive: a receive of a message that is cut returns its real length. */
    public static final int MSG_TRUNC = 0x20;

    /** Direction of {@link #shutdown}: no more receiving. */
    public static final int SHUT_RD = 0;

    /** Direction of {@link #shutdown}: no more sending. */
    public static final int SHUT_WR = 1;

    /** Direction of {@link #shutdown}: neither receiving nor sending. */
    public static final int SHUT_RDWR = 2;

    private static final int SOL_SOCKET = 1;
    private static final int SO_PEERCRED = 17;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int MSG_CMSG_CLOEXEC = 0x40000000;

    /** Bytes of a sockaddr_un with the longest address, and some. */
    public static final int ADDRESS_BYTES = 112;

    private final Gate gate;
    private final ThreadLocal<Scratch> scratch = ThreadLocal.withInitial(Scratch::new);

    SocketCalls(Gate gate) {
        this.gate = gate;
    }

    /** Small buffers for addresses and options, one set for each thread. */
    private static final class Scratch {
        final NativeMemory address = new NativeMemory(ADDRESS_BYTES);
        final NativeMemory value = new NativeMemory(16);
        final NativeMemory length = new NativeMemory(4);
    }

    /**
     * Makes an AF_UNIX socket.
     *
     * @param type {@link #SOCK_STREAM}, {@link #SOCK_DGRAM} or {@link #SOCK_SEQPACKET}, combined
     *     with {@link #SOCK_CLOEXEC} and {@link #SOCK_NONBLOCK} as wanted
     */
    public int socket(int type) {
        return gate.call(SystemCall.SOCKET, AF_UNIX, type, 0);
    }

    /**
     * Makes two AF_UNIX sockets that are connected to each other.
     *
     * @param type as for {@link #socket}
     * @param two gets the new descriptors
     */
    public int socketPair(int type, int[] two) {
        NativeMemory made = scratch.get().value;
        int result = gate.call(SystemCall.SOCKETPAIR, made.buffer, AF_UNIX, type, 0, made.address);
        if (result >= 0) {
            two[0] = made.buffer.getInt(0);
            two[1] = made.buffer.getInt(4);
        }
        return result;
    }

    /**
     * Gives a socket its address, a sockaddr_un; a path is created in the file system. EADDRINUSE
     * if the path exists or the name is taken.
     */
    public int bind(int fd, byte[] address) {
        return withAddress(SystemCall.BIND, fd, address);
    }

    private int withAddress(SystemCall call, int fd, byte[] address) {
        NativeMemory encoded = scratch.get().address;
        encoded.buffer.put(0, address);
        return gate.call(call, encoded.buffer, fd, encoded.address, address.length);
    }

    /**
     * Makes a bound socket accept connections.
     *
     * @param backlog connections that may wait
     */
    public int listen(int fd, int backlog) {
        return gate.call(SystemCall.LISTEN, fd, backlog);
    }

    /**
     * Takes a waiting connection, close-on-exec and non-blocking.
     *
     * @return the new descriptor or the negative errno (EAGAIN if none waits)
     */
    public int accept(int fd) {
        int flags = SOCK_CLOEXEC | SOCK_NONBLOCK;
        return gate.call(SystemCall.ACCEPT, fd, 0, 0, flags);
    }

    /**
     * Connects a socket to an address, a sockaddr_un. ENOENT: no such path, ECONNREFUSED: nobody
     * listens there, EAGAIN: non-blocking and the listener's backlog is full.
     */
    public int connect(int fd, byte[] address) {
        return withAddress(SystemCall.CONNECT, fd, address);
    }

    /**
     * Ends one or both directions of a connection, for all descriptors of it.
     *
     * @param how {@link #SHUT_RD}, {@link #SHUT_WR} or {@link #SHUT_RDWR}
     */
    public int shutdown(int fd, int how) {
        return gate.call(SystemCall.SHUTDOWN, fd, how);
    }

    /**
     * Finds a socket's own address.
     *
     * @param out gets the sockaddr_un, {@value #ADDRESS_BYTES} bytes at most
     */
    public int socketName(int fd, byte[] out) {
        return name(SystemCall.GETSOCKNAME, fd, out);
    }

    /** As {@link #socketName}, of the other end. ENOTCONN if there is none. */
    public int peerName(int fd, byte[] out) {
        return name(SystemCall.GETPEERNAME, fd, out);
    }

    private int name(SystemCall call, int fd, byte[] out) {
        Scratch s = scratch.get();
        s.length.buffer.putInt(0, ADDRESS_BYTES);
        int result = gate.call(call, s.address.buffer, fd, s.address.address, s.length.address);
        if (result < 0) {
            return result;
        }
        int length = Math.min(s.length.buffer.getInt(0), ADDRESS_BYTES);
        s.address.buffer.get(0, out, 0, length);
        return length;
    }

    /**
     * Reads an integer option.
     *
     * @param option {@link #SO_SNDBUF} and the like
     */
    public int getSocketOption(int fd, int option) {
        Scratch s = scratch.get();
        int result = option(s, fd, option, Integer.BYTES);
        return result < 0 ? result : s.value.buffer.getInt(0);
    }

    private int option(Scratch s, int fd, int option, int length) {
        s.length.buffer.putInt(0, length);
        return gate.call(
                SystemCall.GETSOCKOPT,
                s.value.buffer,
                fd,
                SOL_SOCKET,
                option,
                s.value.address,
                s.length.address);
    }

    /**
     * Sets an integer option.
     *
     * @param option {@link #SO_SNDBUF} and the like
     */
    public int setSocketOption(int fd, int option, int value) {
        NativeMemory encoded = scratch.get().value;
        encoded.buffer.putInt(0, value);
        return gate.call(
                SystemCall.SETSOCKOPT,
                encoded.buffer,
                fd,
                SOL_SOCKET,
                option,
                encoded.address,
                Integer.BYTES);
    }

    /** Fills in who connected, or who listened where we connected: process, user and group id. */
    public int peerCredentials(int fd, int[] pidUidGid) {
        Scratch s = scratch.get();
        int result = option(s, fd, SO_PEERCRED, 3 * Integer.BYTES);
        for (int i = 0; result >= 0 && i < 3; i++) {
            pidUidGid[i] = s.value.buffer.getInt(i * Integer.BYTES);
        }
        return result;
    }

    /**
     * Sends a prepared message. A broken pipe is EPIPE, never a signal.
     *
     * @param message bytes and descriptors, or gathered parts
     * @param flags {@link #MSG_DONTWAIT} or 0
     * @return bytes sent, fewer than prepared only on a stream, or the negative errno
     */
    public int sendMessage(int fd, Message message, int flags) {
        NativeMemory header = message.prepared();
        int allFlags = flags | MSG_NOSIGNAL;
        return gate.call(SystemCall.SENDMSG, header.buffer, fd, header.address, allFlags);
    }

    /**
     * Receives into a message's arena. Descriptors that come with it are close-on-exec from birth
     * and are the caller's to close, all of them.
     *
     * @param arena gets bytes, flags and descriptors
     * @param flags {@link #MSG_DONTWAIT} or 0
     * @return bytes received, 0 at the end of the stream, or the negative errno
     */
    public int receiveMessage(int fd, MessageArena arena, int flags) {
        NativeMemory header = arena.preparedToReceive();
        int allFlags = flags | MSG_CMSG_CLOEXEC;
        int result = gate.call(SystemCall.RECVMSG, header.buffer, fd, header.address, allFlags);
        arena.received(result);
        return result;
    }
}
