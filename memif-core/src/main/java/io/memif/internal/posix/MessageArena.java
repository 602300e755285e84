package io.memif.internal.posix;

import java.nio.ByteBuffer;

/**
 * Bytes and descriptors of one message, with the headers the kernel wants, in one piece of direct
 * memory that is used over and over. Not thread-safe; sending and receiving share it.
 *
 * <p>It can always hold all the descriptors Linux can put into a message and for the sender's
 * credentials, so that a surplus is seen and can be closed. Descriptors are plain numbers here:
 * whoever receives them owns them.
 */
public final class MessageArena extends Message {
    /** Descriptors that fit into one message on Linux. */
    public static final int MAX_DESCRIPTORS = 253;

    private static final int IOV = HEADER_BYTES;
    private static final int CONTROL = align(IOV + IOV_BYTES);
    private static final int RIGHTS_BYTES = align(CONTROL_DATA + MAX_DESCRIPTORS * Integer.BYTES);
    // Beside credentials (32 bytes) a socket may be set to carry a security label and a pidfd.
    private static final int OTHER_CONTROL_BYTES = 384;
    private static final int CONTROL_BYTES = RIGHTS_BYTES + OTHER_CONTROL_BYTES;
    private static final int PAYLOAD = CONTROL + CONTROL_BYTES;

    private final NativeMemory whole;
    private final ByteBuffer memory;
    private final ByteBuffer payload;
    private final int[] descriptors = new int[MAX_DESCRIPTORS];
    private int descriptorCount;
    private int credentialBlocks;
    private int pid;
    private int uid;
    private int gid;
    private int flags;

    /**
     * Makes an arena.
     *
     * @param payloadCapacity most bytes of one message
     */
    public MessageArena(int payloadCapacity) {
        if (payloadCapacity < 1) {
            throw new IllegalArgumentException("payloadCapacity=" + payloadCapacity);
        }
        int bytes = Math.addExact(PAYLOAD, payloadCapacity);
        whole = new NativeMemory(bytes);
        memory = whole.buffer;
        payload = memory.slice(PAYLOAD, payloadCapacity);
        memory.putLong(HEADER_IOV, whole.address + IOV);
        memory.putLong(HEADER_IOV_COUNT, 1);
    }

    /**
     * The bytes: what is sent lies between position and limit, what is received goes there. Neither
     * is moved by a call.
     *
     * @return a direct buffer, big-endian until the caller says otherwise
     */
    public ByteBuffer payload() {
        return payload;
    }

    /** Makes the next message to send carry no descriptor. */
    public void clearDescriptors() {
        descriptorCount = 0;
    }

    /**
     * Makes the next message to send carry one more descriptor.
     *
     * @param fd its number; the caller keeps it open until the message is sent
     * @throws IllegalStateException if there are {@value #MAX_DESCRIPTORS} already
     */
    public void addDescriptor(int fd) {
        if (descriptorCount == MAX_DESCRIPTORS) {
            throw new IllegalStateException(
                    "a message carries at most " + MAX_DESCRIPTORS + " descriptors");
        }
        descriptors[descriptorCount++] = fd;
    }

    @Override
    NativeMemory prepared() {
        prepareBytes();
        if (descriptorCount == 0) {
            memory.putLong(HEADER_CONTROL, 0);
            memory.putLong(HEADER_CONTROL_LENGTH, 0);
            return whole;
        }
        int length = CONTROL_DATA + descriptorCount * Integer.BYTES;
        memory.putLong(CONTROL + CONTROL_LENGTH, length);
        memory.putInt(CONTROL + CONTROL_LEVEL, SOL_SOCKET);
        memory.putInt(CONTROL + CONTROL_TYPE, SCM_RIGHTS);
        for (int i = 0; i < descriptorCount; i++) {
            memory.putInt(CONTROL + CONTROL_DATA + i * Integer.BYTES, descriptors[i]);
        }
        memory.putLong(HEADER_CONTROL, whole.address + CONTROL);
        memory.putLong(HEADER_CONTROL_LENGTH, align(length));
        return whole;
    }

    /** The kernel cuts lengths and sets flags, so each receive starts from fresh headers. */
    NativeMemory preparedToReceive() {
        prepareBytes();
        memory.putLong(HEADER_CONTROL, whole.address + CONTROL);
        memory.putLong(HEADER_CONTROL_LENGTH, CONTROL_BYTES);
        descriptorCount = 0;
        credentialBlocks = 0;
        flags = 0;
        return whole;
    }

    private void prepareBytes() {
        memory.putLong(IOV + IOV_BASE, whole.address + PAYLOAD + payload.position());
        memory.putLong(IOV + IOV_LENGTH, payload.remaining());
        memory.putInt(HEADER_FLAGS, 0);
    }

    /** Reads what the kernel wrote, if it did: after a failure the headers still say the old. */
    void received(int result) {
        if (result < 0) {
            return;
        }
        flags = memory.getInt(HEADER_FLAGS);
        long claimed = memory.getLong(HEADER_CONTROL_LENGTH);
        int end = CONTROL + (int) Math.min(claimed, CONTROL_BYTES);
        int at = CONTROL;
        while (end - at >= CONTROL_DATA) {
            long length = memory.getLong(at + CONTROL_LENGTH);
            if (length < CONTROL_DATA || length > end - at) {
                return;
            }
            readControl(at, (int) length - CONTROL_DATA);
            at += align((int) length);
        }
    }

    private void readControl(int at, int dataBytes) {
        if (memory.getInt(at + CONTROL_LEVEL) != SOL_SOCKET) {
            return;
        }
        int data = at + CONTROL_DATA;
        int type = memory.getInt(at + CONTROL_TYPE);
        if (type == SCM_RIGHTS) {
            for (int i = 0; i < dataBytes / Integer.BYTES; i++) {
                descriptors[descriptorCount++] = memory.getInt(data + i * Integer.BYTES);
            }
        } else if (type == SCM_CREDENTIALS && dataBytes >= 3 * Integer.BYTES) {
            credentialBlocks++;
            pid = memory.getInt(data);
            uid = memory.getInt(data + 4);
            gid = memory.getInt(data + 8);
        }
    }

    /** Descriptors that were received, or are about to be sent. */
    public int descriptorCount() {
        return descriptorCount;
    }

    /**
     * A descriptor that was received.
     *
     * @param index from 0 to {@link #descriptorCount()} - 1
     */
    public int descriptor(int index) {
        if (index < 0 || index >= descriptorCount) {
            throw new IndexOutOfBoundsException("index=" + index + " count=" + descriptorCount);
        }
        return descriptors[index];
    }

    /** Whether the message received was longer than the payload (MSG_TRUNC); the rest is lost. */
    public boolean isTruncated() {
        return (flags & MSG_TRUNC) != 0;
    }

    /**
     * Whether the kernel dropped descriptors of the message received (MSG_CTRUNC), as it does when
     * this process has no free descriptor left.
     */
    public boolean isControlTruncated() {
        return (flags & MSG_CTRUNC) != 0;
    }

    /** Fills in process, user and group id of the sender, if the message carried them. */
    public boolean credentials(int[] pidUidGid) {
        if (credentialBlocks > 0) {
            pidUidGid[0] = pid;
            pidUidGid[1] = uid;
            pidUidGid[2] = gid;
        }
        return credentialBlocks > 0;
    }
}
