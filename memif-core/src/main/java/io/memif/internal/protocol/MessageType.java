package io.memif.internal.protocol;

import java.util.Optional;

/** Types of control message, with their numbers in protocol 2.0. */
public enum MessageType {
    /** Master to slave: INIT, ADD_REGION or ADD_RING was accepted. */
    ACK(1, 0),
    /** Master to slave, first message of a connection: what the master can do. */
    HELLO(2, 0),
    /** Slave to master: which interface it wants. */
    INIT(3, 0),
    /** Slave to master, with the region's file. */
    ADD_REGION(4, 1),
    /** Slave to master, with the ring's eventfd. */
    ADD_RING(5, 1),
    /** Slave to master: everything is announced. */
    CONNECT(6, 0),
    /** Master to slave: the link is up. */
    CONNECTED(7, 0),
    /** Either way: why the sender is about to close. */
    DISCONNECT(8, 0);

    private final int wire;
    private final int fds;

    MessageType(int wire, int fds) {
        this.wire = wire;
        this.fds = fds;
    }

    /**
     * The number on the wire.
     *
     * @return 1 to 8
     */
    public int wire() {
        return wire;
    }

    /**
     * How many descriptors a message of this type carries, exactly.
     *
     * @return 0 or 1
     */
    public int fds() {
        return fds;
    }

    /**
     * The type of a number on the wire.
     *
     * @param wire 0 to 65535
     * @return empty if no type has this number; 0 is one that nobody sends
     */
    public static Optional<MessageType> ofWire(int wire) {
        for (MessageType type : values()) {
            if (type.wire == wire) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}
