package io.memif.internal.posix;

/**
 * Something that {@link SocketCalls#sendMessage} can send: owner of a msghdr in direct memory. Its
 * offsets and those of iovec and cmsghdr are the same on all 64-bit Linux ABIs.
 */
public abstract sealed class Message permits MessageArena, GatherArena {
    static final int HEADER_IOV = 16;
    static final int HEADER_IOV_COUNT = 24;
    static final int HEADER_CONTROL = 32;
    static final int HEADER_CONTROL_LENGTH = 40;
    static final int HEADER_FLAGS = 48;
    static final int HEADER_BYTES = 56;

    static final int IOV_BASE = 0;
    static final int IOV_LENGTH = 8;
    static final int IOV_BYTES = 16;

    static final int CONTROL_LENGTH = 0;
    static final int CONTROL_LEVEL = 8;
    static final int CONTROL_TYPE = 12;
    static final int CONTROL_DATA = 16;

    static final int SOL_SOCKET = 1;
    static final int SCM_RIGHTS = 1;
    static final int SCM_CREDENTIALS = 2;
    static final int MSG_CTRUNC = 8;
    static final int MSG_TRUNC = 0x20;

    Message() {}

    /** Writes the headers for what is to be sent as it stands now: direct, the msghdr first. */
    abstract NativeMemory prepared();

    static int align(int bytes) {
        return (bytes + 7) & ~7;
    }
}
