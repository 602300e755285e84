package io.memif.internal.posix;

import java.nio.ByteBuffer;

/** Something that {@link SocketCalls#sendMessage} can send: owner of a msghdr in direct memory. */
public sealed interface Message permits MessageArena, GatherArena {
    /**
     * Writes the headers for what is to be sent as it stands now.
     *
     * @return direct, the msghdr at its position 0
     */
    ByteBuffer prepared();
}
