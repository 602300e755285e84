package io.memif.unix;

import io.memif.internal.posix.Errno;
import io.memif.internal.posix.MessageArena;
import io.memif.internal.posix.PollCalls;
import io.memif.internal.posix.Posix;
import io.memif.internal.posix.SocketCalls;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Sends and receives messages with descriptors over one socket, never blocking.
 *
 * <p>This is the lowest layer above the system call. Results are counts or negative errnos. It
 * allocates one {@link OwnedFd} for each descriptor received, and memory for the numbers of as many
 * descriptors as have come at once. Not thread-safe. Does not own the socket; owns received
 * descriptors until they are taken.
 */
public final class DescriptorChannel implements AutoCloseable {
    /** Descriptors that fit into one message on Linux. */
    public static final int MAX_DESCRIPTORS = MessageArena.MAX_DESCRIPTORS;

    /** Result of {@link #receive()}: the other side has closed, and nothing more will come. */
    public static final int END_OF_STREAM = -10_000;

    private static final int RECEIVE_FLAGS = SocketCalls.MSG_DONTWAIT | SocketCalls.MSG_TRUNC;

    private static final int TAKEN = -1;
    private static final int[] NO_NUMBERS = {};

    private final Posix posix;
    private final OwnedFd socket;
    private final MessageArena arena;
    private int[] received = NO_NUMBERS;
    private final int[] lastSender = new int[3];
    private int receivedCount;

    /** Memory for one message, for channels that share it. To be used on one thread. */
    public static final class Memory {
        private final MessageArena arena;

        /**
         * Allocates memory for messages.
         *
         * @param payloadCapacity maximum length of one message in bytes, 1 or more
         */
        public Memory(int payloadCapacity) {
            this.arena = new MessageArena(payloadCapacity);
        }
    }

    /**
     * Makes a channel over a socket.
     *
     * @param socket an AF_UNIX socket of any type; stays the caller's
     * @param payloadCapacity maximum length of one message in bytes
     */
    public DescriptorChannel(OwnedFd socket, int payloadCapacity) {
        this(socket, new Memory(payloadCapacity));
    }

    /**
     * Makes a channel over a socket that shares its memory with other channels of the same thread.
     * The content of the payload is lost when one of them receives, or is given something to send.
     * Each channel keeps the descriptors that it has received.
     *
     * @param socket an AF_UNIX socket of any type; stays the caller's
     * @param memory the memory
     */
    public DescriptorChannel(OwnedFd socket, Memory memory) {
        this.posix = socket.posix();
        this.socket = socket;
        this.arena = memory.arena;
    }

    /**
     * The bytes to send, between position and limit; and after {@link #receive()} the bytes
     * received, from 0 to the limit.
     *
     * @return a direct buffer, big-endian until the caller says otherwise
     */
    public ByteBuffer payload() {
        return arena.payload();
    }

    /**
     * Sends the payload without a descriptor.
     *
     * @return bytes sent or the negative errno (EAGAIN: nothing sent, no space now)
     * @throws UnixException {@link UnixException.Kind#NOT_OWNED} if the socket is closed
     */
    public int send() {
        arena.clearDescriptors();
        return sendPrepared();
    }

    /**
     * Sends the payload with one descriptor, which stays the caller's.
     *
     * @param descriptor the descriptor to share
     * @return bytes sent or the negative errno (EAGAIN: nothing sent, no space now)
     * @throws UnixException {@link UnixException.Kind#NOT_OWNED} if descriptor or socket is closed
     */
    public int send(OwnedFd descriptor) {
        arena.clearDescriptors();
        arena.addDescriptor(descriptor.acquire());
        try {
            return sendPrepared();
        } finally {
            descriptor.release();
        }
    }

    /**
     * Sends the payload with descriptors, which stay the caller's.
     *
     * @param descriptors the descriptors to share, at most {@link #MAX_DESCRIPTORS}
     * @return bytes sent or the negative errno (EAGAIN: nothing sent, no space now)
     * @throws UnixException {@link UnixException.Kind#NOT_OWNED} if one of them or the socket is
     *     closed
     */
    public int send(List<OwnedFd> descriptors) {
        arena.clearDescriptors();
        int acquired = 0;
        try {
            for (OwnedFd descriptor : descriptors) {
                int number = descriptor.acquire();
                acquired++;
                arena.addDescriptor(number);
            }
            return sendPrepared();
        } finally {
            for (int i = 0; i < acquired; i++) {
                descriptors.get(i).release();
            }
        }
    }

    private int sendPrepared() {
        int number = socket.acquire();
        try {
            return posix.sockets().sendMessage(number, arena, SocketCalls.MSG_DONTWAIT);
        } finally {
            socket.release();
        }
    }

    /**
     * Receives one message. Descriptors of the message before that were not taken are closed first.
     *
     * @return bytes of the message, which the payload then holds from 0 to its limit, as far as
     *     they fit; 0 for an empty message; {@link #END_OF_STREAM}; or the negative errno (EAGAIN:
     *     nothing there)
     * @throws UnixException {@link UnixException.Kind#NOT_OWNED} if the socket is closed
     */
    public int receive() {
        closeDescriptors();
        arena.payload().clear();
        int number = socket.acquire();
        try {
            int result = posix.sockets().receiveMessage(number, arena, RECEIVE_FLAGS);
            arena.payload().limit(Math.max(0, Math.min(result, arena.payload().capacity())));
            keepReceived();
            boolean empty = result == 0 && receivedCount == 0 && !hasCredentials();
            return empty && isHungUp(number) ? END_OF_STREAM : result;
        } finally {
            socket.release();
        }
    }

    private void keepReceived() {
        receivedCount = arena.descriptorCount();
        if (receivedCount > received.length) {
            received = new int[receivedCount];
        }
        for (int i = 0; i < receivedCount; i++) {
            received[i] = arena.descriptor(i);
        }
    }

    /** On a packet socket an empty message and the end both read as 0 bytes. */
    private boolean isHungUp(int number) {
        int found = posix.polling().pollOne(number, PollCalls.READ_HANGUP, 0);
        return found < 0 || (found & (PollCalls.READ_HANGUP | PollCalls.HANGUP)) != 0;
    }

    private boolean hasCredentials() {
        return arena.credentials(lastSender);
    }

    /**
     * Descriptors that came with the last message, taken or not.
     *
     * @return their number
     */
    public int descriptorCount() {
        return receivedCount;
    }

    /**
     * Takes a descriptor that came with the last message; it is the caller's from now on.
     *
     * @param index from 0 to {@link #descriptorCount()} - 1
     * @return the descriptor
     * @throws IllegalStateException if it was taken before
     */
    public OwnedFd takeDescriptor(int index) {
        return takeDescriptor(index, "received descriptor");
    }

    /**
     * Takes a descriptor that came with the last message; it is the caller's from now on.
     *
     * @param index from 0 to {@link #descriptorCount()} - 1
     * @param what a name of it, for messages
     * @return the descriptor
     * @throws IllegalStateException if it was taken before
     */
    public OwnedFd takeDescriptor(int index, String what) {
        if (index < 0 || index >= receivedCount) {
            throw new IndexOutOfBoundsException("index=" + index + " count=" + receivedCount);
        }
        if (received[index] == TAKEN) {
            throw new IllegalStateException("already taken: index=" + index);
        }
        OwnedFd taken = OwnedFd.adopt(posix, received[index], what);
        received[index] = TAKEN;
        return taken;
    }

    /**
     * Takes all descriptors that came with the last message and were not taken yet. Closing them
     * may take as long as whoever sent them likes, so a thread that must not be held leaves that to
     * another.
     *
     * @return the descriptors, the caller's from now on; empty if there are none
     */
    public List<OwnedFd> takeDescriptors() {
        if (receivedCount == 0) {
            return List.of();
        }
        List<OwnedFd> all = new ArrayList<>();
        for (int i = 0; i < receivedCount; i++) {
            if (received[i] != TAKEN) {
                all.add(takeDescriptor(i));
            }
        }
        receivedCount = 0;
        return all;
    }

    /** Closes the descriptors of the last message that were not taken. */
    public void closeDescriptors() {
        for (int i = 0; i < receivedCount; i++) {
            if (received[i] != TAKEN) {
                posix.descriptors().close(received[i]);
                received[i] = TAKEN;
            }
        }
        receivedCount = 0;
    }

    /**
     * Whether the last message was longer than the payload buffer; the rest is lost.
     *
     * @return true if so
     */
    public boolean isTruncated() {
        return arena.isTruncated();
    }

    /**
     * Whether the kernel dropped descriptors of the last message, as it does when this process has
     * no space for them.
     *
     * @return true if so
     */
    public boolean isControlTruncated() {
        return arena.isControlTruncated();
    }

    /**
     * The sender's credentials, if the last message carried them (SO_PASSCRED).
     *
     * @return who sent it, or null if it carried none
     */
    public PeerCredentials credentials() {
        return hasCredentials()
                ? new PeerCredentials(lastSender[0], lastSender[1], lastSender[2])
                : null;
    }

    /** Closes descriptors that were received and not taken; the socket stays open. */
    @Override
    public void close() {
        closeDescriptors();
    }

    /**
     * Whether a result of send or receive only means "not now".
     *
     * @param result the result
     * @return true for EAGAIN
     */
    public static boolean isAgain(int result) {
        return result == -Errno.EAGAIN;
    }

    /** The text of its socket. */
    @Override
    public String toString() {
        return socket.toString();
    }
}
