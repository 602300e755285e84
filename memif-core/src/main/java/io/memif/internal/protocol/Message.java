package io.memif.internal.protocol;

import java.util.Optional;

/**
 * A control message: one datagram of {@link MessageCodec#MESSAGE_SIZE} bytes. Immutable.
 *
 * <p>Texts of decoded messages are printable, see {@link PeerText}. Texts to be sent are UTF-8, cut
 * to their field less one byte, so that peers which expect a terminating NUL always find one.
 */
public sealed interface Message extends MessageCodec.Decoded {
    /** What kind of message it is. */
    Type type();

    /** Types of control message, with their numbers in protocol 2.0. */
    enum Type {
        ACK(1, 0),
        HELLO(2, 0),
        INIT(3, 0),
        ADD_REGION(4, 1),
        ADD_RING(5, 1),
        CONNECT(6, 0),
        CONNECTED(7, 0),
        DISCONNECT(8, 0);

        private static final Type[] ALL = values();

        private final int wire;
        private final int fds;

        Type(int wire, int fds) {
            this.wire = wire;
            this.fds = fds;
        }

        /** The number on the wire, 1 to 8. */
        public int wire() {
            return wire;
        }

        /** How many descriptors a message of this type carries, exactly: 0 or 1. */
        public int fds() {
            return fds;
        }

        /** The type of a number on the wire; empty if no type has it. */
        public static Optional<Type> ofWire(int wire) {
            for (Type type : ALL) {
                if (type.wire == wire) {
                    return Optional.of(type);
                }
            }
            return Optional.empty();
        }
    }

    /** Master to slave: it accepted the INIT, ADD_REGION or ADD_RING before. */
    record Ack() implements Message {
        @Override
        public Type type() {
            return Type.ACK;
        }
    }

    /**
     * Master to slave, the first message of a connection: what the master can do, before it knows
     * which interface the slave wants. Indexes are the highest allowed, so one less than the count.
     *
     * <p>Slaves negotiate down to the counts, and gomemif takes the index of M2S rings for one:
     * with n rings offered it creates n - 1. So ours offers all there can be. What an interface
     * takes is decided when the rings come. The largest ring is always offered as 2^14, since a VPP
     * slave announces its own size whatever it is offered.
     *
     * @param name application name of the master, 31 bytes
     * @param minVersion lowest protocol version, u16: major in the high byte
     * @param maxVersion highest protocol version, u16
     * @param maxRegion highest region index, u16
     * @param maxM2sRing highest index of a ring from master to slave, u16
     * @param maxS2mRing highest index of a ring from slave to master, u16
     * @param maxLog2RingSize largest ring, log2 of slots, u8
     */
    record Hello(
            String name,
            int minVersion,
            int maxVersion,
            int maxRegion,
            int maxM2sRing,
            int maxS2mRing,
            int maxLog2RingSize)
            implements Message {
        /** Ours: version 2.0, the largest rings, and all regions and rings there can be. */
        public static Hello of(String name) {
            return new Hello(
                    name,
                    Protocol.VERSION,
                    Protocol.VERSION,
                    Protocol.MAX_REGIONS - 1,
                    Protocol.MAX_RINGS - 1,
                    Protocol.MAX_RINGS - 1,
                    Protocol.MAX_LOG2_RING_SIZE);
        }

        @Override
        public Type type() {
            return Type.HELLO;
        }
    }

    /**
     * Slave to master: which interface the slave wants.
     *
     * @param version protocol version, u16
     * @param id interface id, all 32 bits, unsigned
     * @param mode number of the mode, u8; see {@link Protocol#mode}
     * @param secret shown as "set" or "none"
     * @param name application name of the slave, 31 bytes
     */
    record Init(int version, int id, int mode, Secret secret, String name) implements Message {
        @Override
        public Type type() {
            return Type.INIT;
        }
    }

    /**
     * Slave to master: announces a region, whose file comes with the message.
     *
     * @param index u16
     * @param size bytes to map from the start of the file, u64: negative means 2^63 or more
     */
    record AddRegion(int index, long size) implements Message {
        @Override
        public Type type() {
            return Type.ADD_REGION;
        }
    }

    /**
     * Slave to master: announces a ring, whose eventfd comes with the message.
     *
     * @param placement which ring, and where it is
     * @param privateHeaderSize u16; 0 from every known slave
     */
    record AddRing(RingPlacement placement, int privateHeaderSize) implements Message {
        @Override
        public Type type() {
            return Type.ADD_RING;
        }
    }

    /**
     * Slave to master: everything is announced.
     *
     * @param interfaceName the slave's interface, 31 bytes
     */
    record Connect(String interfaceName) implements Message {
        @Override
        public Type type() {
            return Type.CONNECT;
        }
    }

    /**
     * Master to slave: the memory is mapped, the link is up.
     *
     * @param interfaceName the master's interface, 31 bytes
     */
    record Connected(String interfaceName) implements Message {
        @Override
        public Type type() {
            return Type.CONNECTED;
        }
    }

    /**
     * Either way: why the sender is about to close.
     *
     * @param code u32; 0 from every known peer in practice
     * @param reason 95 bytes; VPP's operators see it in {@code show memif}
     */
    record Disconnect(long code, String reason) implements Message {
        @Override
        public Type type() {
            return Type.DISCONNECT;
        }
    }
}
