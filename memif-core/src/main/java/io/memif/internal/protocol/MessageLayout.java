package io.memif.internal.protocol;

/**
 * Offsets and sizes within a control message, in bytes.
 *
 * <p>All integers are little-endian and packed without alignment. Unused bytes are undefined on
 * receive, since not every peer clears them, and zero when we send.
 */
final class MessageLayout {
    static final int TYPE = 0;

    static final int HELLO_NAME = 2;
    static final int HELLO_NAME_SIZE = 32;
    static final int HELLO_MIN_VERSION = 34;
    static final int HELLO_MAX_VERSION = 36;
    static final int HELLO_MAX_REGION = 38;
    // M2S comes before S2M here.
    static final int HELLO_MAX_M2S_RING = 40;
    static final int HELLO_MAX_S2M_RING = 42;
    static final int HELLO_MAX_LOG2_RING_SIZE = 44;

    static final int INIT_VERSION = 2;
    static final int INIT_ID = 4;
    static final int INIT_MODE = 8;
    static final int INIT_SECRET = 9;
    static final int INIT_SECRET_SIZE = 24;
    static final int INIT_NAME = 33;
    static final int INIT_NAME_SIZE = 32;

    static final int ADD_REGION_INDEX = 2;
    static final int ADD_REGION_SIZE = 4;

    static final int ADD_RING_FLAGS = 2;
    static final int ADD_RING_FLAG_S2M = 1;
    static final int ADD_RING_INDEX = 4;
    static final int ADD_RING_REGION = 6;
    static final int ADD_RING_OFFSET = 8;
    static final int ADD_RING_LOG2_SIZE = 12;
    static final int ADD_RING_PRIVATE_HEADER_SIZE = 13;

    static final int CONNECT_NAME = 2;
    static final int CONNECT_NAME_SIZE = 32;

    static final int DISCONNECT_CODE = 2;
    static final int DISCONNECT_REASON = 6;
    static final int DISCONNECT_REASON_SIZE = 96;

    private MessageLayout() {}
}
