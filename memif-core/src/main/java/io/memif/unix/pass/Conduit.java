package io.memif.unix.pass;

import io.memif.internal.posix.Errno;
import io.memif.internal.posix.PollCalls;
import io.memif.internal.posix.Posix;
import io.memif.unix.DescriptorChannel;
import io.memif.unix.OwnedFd;
import io.memif.unix.SystemCalls;
import io.memif.unix.UnixException;
import io.memif.unix.UnixException.Kind;
import io.memif.unix.UnixSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Passes descriptors to another process over an AF_UNIX socket.
 *
 * <p>Sharing leaves the descriptor open at the sender. Transferring closes the sender's descriptor
 * on success and leaves it open on failure. One thread may send while another receives. Any thread
 * may close the conduit; a waiting thread notices that within a tenth of a second. A conduit works
 * on its own copy of the socket, so closing it leaves the caller's socket open. An interrupt does
 * not end a wait.
 *
 * <p>Each message needs at least one byte, so one is added if the caller gives none. On a stream
 * socket, messages may run together unless each carries descriptors; other sockets keep them apart.
 */
public final class Conduit implements AutoCloseable {
    /** Time-out that means: wait as long as it takes. */
    public static final long FOR_EVER = Long.MAX_VALUE;

    private static final int DEFAULT_CAPACITY = 4096;
    private static final long SLICE_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Posix posix;
    private final LongSupplier nanoClock;
    private final OwnedFd socket;
    private final DescriptorChannel sender;
    private final DescriptorChannel receiver;
    private boolean tailWaits;

    private Conduit(OwnedFd socket, int payloadCapacity, LongSupplier nanoClock) {
        this.posix = Posix.of(socket.calls());
        this.nanoClock = nanoClock;
        this.socket = socket;
        this.sender = new DescriptorChannel(socket, payloadCapacity);
        this.receiver = new DescriptorChannel(socket, payloadCapacity);
    }

    /**
     * A conduit over a connected socket, with messages of up to 4096 bytes.
     *
     * @param socket an AF_UNIX stream, datagram or seqpacket socket; stays the caller's
     * @return the conduit
     * @throws UnixException {@link Kind#UNUSABLE} if it is another kind of socket, {@link
     *     Kind#CALL_FAILED} if there is no descriptor for the conduit's own copy
     */
    public static Conduit over(OwnedFd socket) {
        return over(socket, DEFAULT_CAPACITY);
    }

    /**
     * A conduit over a connected socket.
     *
     * @param socket an AF_UNIX stream, datagram or seqpacket socket; stays the caller's
     * @param payloadCapacity maximum length of a message in bytes, 1 or more
     * @return the conduit
     * @throws UnixException as for {@link #over(OwnedFd)}
     */
    public static Conduit over(OwnedFd socket, int payloadCapacity) {
        return over(socket, payloadCapacity, System::nanoTime);
    }

    static Conduit over(OwnedFd socket, int payloadCapacity, LongSupplier nanoClock) {
        UnixSocket checked = new UnixSocket(socket);
        return new Conduit(checked.fd().duplicate(), payloadCapacity, nanoClock);
    }

    /**
     * Creates two conduits that are connected to each other.
     *
     * @param type what kind of sockets
     * @return two conduits
     * @throws UnixException {@link Kind#CALL_FAILED} if there are no descriptors for them
     */
    public static Conduit[] pair(UnixSocket.Type type) {
        return pair(Posix.shared(), type);
    }

    /**
     * Like {@link #pair(UnixSocket.Type)}, with the given system calls.
     *
     * @param calls the system calls
     * @param type what kind of sockets
     * @return two conduits
     * @throws UnixException {@link Kind#CALL_FAILED} if there are no descriptors for them
     */
    public static Conduit[] pair(SystemCalls calls, UnixSocket.Type type) {
        OwnedFd[] two = UnixSocket.pair(calls, type);
        return new Conduit[] {
            new Conduit(two[0], DEFAULT_CAPACITY, System::nanoTime),
            new Conduit(two[1], DEFAULT_CAPACITY, System::nanoTime)
        };
    }

    /**
     * Sends a descriptor and keeps it.
     *
     * @param descriptor what to send
     * @param timeoutNs nanoseconds to wait for space; 0 not at all, {@link #FOR_EVER}
     * @return true if sent, false if the time was up
     * @throws UnixException {@link Kind#CALL_FAILED} or {@link Kind#NOT_OWNED}
     */
    public boolean share(OwnedFd descriptor, long timeoutNs) {
        return share(List.of(descriptor), ByteBuffer.allocate(0), timeoutNs);
    }

    /**
     * Sends a descriptor and closes ours.
     *
     * @param descriptor what to send; stays ours unless true is returned or closing it fails
     * @param timeoutNs nanoseconds to wait for space; 0 not at all, {@link #FOR_EVER}
     * @return true if sent, false if the time was up
     * @throws UnixException {@link Kind#CALL_FAILED} or {@link Kind#NOT_OWNED}, and it stays ours;
     *     {@link Kind#CLOSE_FAILED}, and it was sent and is no longer ours
     */
    public boolean transfer(OwnedFd descriptor, long timeoutNs) {
        return transfer(List.of(descriptor), ByteBuffer.allocate(0), timeoutNs);
    }

    /**
     * Sends bytes and descriptors in one message and keeps the descriptors.
     *
     * @param descriptors what to send, at most {@link DescriptorChannel#MAX_DESCRIPTORS}
     * @param payload the bytes from position to limit; not moved
     * @param timeoutNs nanoseconds to wait for space; 0 not at all, {@link #FOR_EVER}
     * @return true if sent, false if the time was up and nothing was sent. On a stream only a part
     *     may have found space: the next send, or {@link #flush}, sends the rest first
     * @throws UnixException {@link Kind#CALL_FAILED} or {@link Kind#NOT_OWNED}
     * @throws IllegalArgumentException if there are too many descriptors or bytes
     */
    public boolean share(List<OwnedFd> descriptors, ByteBuffer payload, long timeoutNs) {
        if (descriptors.size() > DescriptorChannel.MAX_DESCRIPTORS) {
            throw new IllegalArgumentException(
                    descriptors.size()
                            + " descriptors, a message carries at most "
                            + DescriptorChannel.MAX_DESCRIPTORS);
        }
        int capacity = sender.payload().capacity();
        if (payload.remaining() > capacity) {
            throw new IllegalArgumentException(
                    payload.remaining() + " bytes, this conduit carries at most " + capacity);
        }
        Deadline deadline = new Deadline(nanoClock, timeoutNs);
        if (!finishTail(deadline)) {
            return false;
        }
        sender.payload().clear();
        sender.payload().put(payload.duplicate());
        if (!payload.hasRemaining()) {
            sender.payload().put((byte) 0);
        }
        sender.payload().flip();
        int sent = sendWhenPossible(descriptors, deadline);
        if (sent >= 0) {
            sender.payload().position(sent);
            tailWaits = sender.payload().hasRemaining();
            finishTail(deadline);
        }
        return sent >= 0;
    }

    /**
     * Sends bytes and descriptors in one message and closes our descriptors.
     *
     * @param descriptors what to send; each stays ours unless true is returned or closing one fails
     * @param payload the bytes from position to limit; not moved
     * @param timeoutNs nanoseconds to wait for space; 0 not at all, {@link #FOR_EVER}
     * @return as for {@link #share(List, ByteBuffer, long)}
     * @throws UnixException {@link Kind#CALL_FAILED} or {@link Kind#NOT_OWNED}, and all stay ours;
     *     {@link Kind#CLOSE_FAILED}, and none is ours any longer
     * @throws IllegalArgumentException if there are too many descriptors or bytes
     */
    public boolean transfer(List<OwnedFd> descriptors, ByteBuffer payload, long timeoutNs) {
        if (!share(descriptors, payload, timeoutNs)) {
            return false;
        }
        closeAll(descriptors, OwnedFd::closeTransferred);
        return true;
    }

    /**
     * Sends what an earlier message on a stream left behind.
     *
     * @param timeoutNs nanoseconds to wait for space; 0 not at all, {@link #FOR_EVER}
     * @return true if nothing is left
     * @throws UnixException {@link Kind#CALL_FAILED} or {@link Kind#NOT_OWNED}
     */
    public boolean flush(long timeoutNs) {
        return finishTail(new Deadline(nanoClock, timeoutNs));
    }

    private boolean finishTail(Deadline deadline) {
        while (tailWaits) {
            int sent = sendWhenPossible(List.of(), deadline);
            if (sent < 0) {
                return false;
            }
            sender.payload().position(sender.payload().position() + sent);
            tailWaits = sender.payload().hasRemaining();
        }
        return true;
    }

    /** Bytes sent, or -1 if the time was up. */
    private int sendWhenPossible(List<OwnedFd> descriptors, Deadline deadline) {
        while (true) {
            int sent = sender.send(descriptors);
            if (sent >= 0) {
                return sent;
            }
            if (sent != -Errno.EAGAIN) {
                Object what = descriptors.isEmpty() ? "bytes" : descriptors;
                throw UnixException.of(sent, "sendmsg", what + " over " + socket);
            }
            if (!await(PollCalls.WRITABLE, deadline)) {
                return -1;
            }
        }
    }

    /**
     * Receives a message with exactly one descriptor. Its bytes are ignored.
     *
     * @param name a name of it, for messages
     * @param timeoutNs nanoseconds to wait for a message; 0 not at all, {@link #FOR_EVER}
     * @return the descriptor, close-on-exec, to be closed by the caller; null if the time was up
     * @throws UnixException {@link Kind#END_OF_STREAM}, {@link Kind#CALL_FAILED}, {@link
     *     Kind#TRUNCATED} if this process had no descriptor left for it, {@link
     *     Kind#UNEXPECTED_DESCRIPTORS} if there were none or several, which are closed
     */
    public OwnedFd receive(String name, long timeoutNs) {
        if (receiveMessage(new Deadline(nanoClock, timeoutNs)) < 0) {
            return null;
        }
        try {
            if (receiver.isControlTruncated()) {
                throw controlTruncated();
            }
            if (receiver.descriptorCount() != 1) {
                throw new UnixException(
                        Kind.UNEXPECTED_DESCRIPTORS,
                        "a message with exactly 1 descriptor was expected over "
                                + socket
                                + ", but one with "
                                + receiver.descriptorCount()
                                + " came");
            }
            return receiver.takeDescriptor(0, name);
        } finally {
            receiver.closeDescriptors();
        }
    }

    /**
     * Receives a message with bytes and descriptors. Something wrong with it is not thrown: the
     * parcel has it, beside what arrived.
     *
     * @param max maximum number of descriptors expected; more are the parcel's surplus, with {@link
     *     Kind#UNEXPECTED_DESCRIPTORS}
     * @param names what they are, for messages, in order; may be fewer
     * @param timeoutNs nanoseconds to wait for a message; 0 not at all, {@link #FOR_EVER}
     * @return the parcel, to be closed by the caller; null if the time was up
     * @throws UnixException {@link Kind#END_OF_STREAM} or {@link Kind#CALL_FAILED}, and nothing
     *     arrived
     */
    public Parcel receive(int max, List<String> names, long timeoutNs) {
        int length = receiveMessage(new Deadline(nanoClock, timeoutNs));
        if (length < 0) {
            return null;
        }
        List<OwnedFd> wanted = new ArrayList<>();
        List<OwnedFd> surplus = new ArrayList<>();
        int count = receiver.descriptorCount();
        for (int i = 0; i < count; i++) {
            String name = i < names.size() ? names.get(i) : "received descriptor " + i;
            (i < max ? wanted : surplus).add(receiver.takeDescriptor(i, name));
        }
        ByteBuffer payload = ByteBuffer.allocate(length).put(receiver.payload().duplicate()).flip();
        return new Parcel(wanted, surplus, payload, problem(count, max));
    }

    private UnixException problem(int count, int max) {
        if (receiver.isControlTruncated()) {
            return controlTruncated();
        }
        if (receiver.isTruncated()) {
            String text =
                    "a message over "
                            + socket
                            + " was longer than this conduit's "
                            + receiver.payload().capacity()
                            + " bytes; the rest is lost";
            return new UnixException(Kind.TRUNCATED, text);
        }
        if (count > max) {
            String text = "at most " + max + " descriptors were expected over " + socket;
            return new UnixException(Kind.UNEXPECTED_DESCRIPTORS, text + ", " + count + " came");
        }
        return null;
    }

    private UnixException controlTruncated() {
        String text =
                "descriptors in a message over "
                        + socket
                        + " were lost: "
                        + receiver.descriptorCount()
                        + " arrived; this process, which may have "
                        + posix.files().descriptorLimit()
                        + " open, had no descriptor left (ulimit -n, LimitNOFILE=)";
        return new UnixException(Kind.TRUNCATED, text);
    }

    /** Bytes received, or -1 if the time was up. */
    private int receiveMessage(Deadline deadline) {
        while (true) {
            int result = receiver.receive();
            if (result >= 0) {
                return result;
            }
            if (result == DescriptorChannel.END_OF_STREAM) {
                throw new UnixException(
                        Kind.END_OF_STREAM, "the other side of " + socket + " has closed");
            }
            if (result != -Errno.EAGAIN) {
                throw UnixException.of(result, "recvmsg", socket);
            }
            if (!await(PollCalls.READABLE, deadline)) {
                return -1;
            }
        }
    }

    private boolean await(int events, Deadline deadline) {
        while (!deadline.isOver()) {
            int number = socket.acquire();
            int found;
            try {
                int timeoutMs = deadline.millisecondsWithin(SLICE_NS);
                found = posix.polling().pollOne(number, events, timeoutMs);
            } finally {
                socket.release();
            }
            if (found < 0) {
                throw UnixException.of(found, "poll", socket);
            }
            if (found > 0) {
                return true;
            }
        }
        return false;
    }

    /** Closes each and then throws the first failure, if there was one. */
    static void closeAll(List<OwnedFd> descriptors, Consumer<OwnedFd> close) {
        UnixException failure = null;
        for (OwnedFd descriptor : descriptors) {
            try {
                close.accept(descriptor);
            } catch (UnixException e) {
                failure = failure == null ? e : failure;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** The system calls that its socket is used through. */
    Posix posix() {
        return posix;
    }

    /** Closes the conduit's own copy of the socket; calling it again does nothing. */
    @Override
    public void close() {
        socket.close();
    }

    /** The text of its socket. */
    @Override
    public String toString() {
        return socket.toString();
    }
}
