package io.memif;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;

/**
 * Everything about one interface that is set before it connects. Immutable; made by {@link
 * #builder()}, which checks it once.
 */
public final class InterfaceConfig {
    /** Longest secret that VPP, DPDK and libmemif all take, in bytes. */
    public static final int MAX_SECRET_LENGTH = 23;

    private final Builder values;

    private InterfaceConfig(Builder values) {
        this.values = values;
    }

    /**
     * Starts with the defaults, which are VPP's.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    Builder values() {
        return values;
    }

    /**
     * Role of the interface.
     *
     * @return master or slave
     */
    public Role role() {
        return values.role;
    }

    /**
     * Id, unique per socket and role.
     *
     * @return unsigned 32 bits
     */
    public int id() {
        return values.id;
    }

    /**
     * What packets are.
     *
     * @return Ethernet frames or IP packets
     */
    public Mode mode() {
        return values.mode;
    }

    /**
     * Name told to the peer.
     *
     * @return up to 31 bytes
     */
    public String name() {
        return values.name != null ? values.name : "memif0/" + Integer.toUnsignedString(values.id);
    }

    /**
     * Bytes that the buffers of all rings take if the master grants what is asked for; see {@link
     * Builder#buffersIn}. The buffers of each ring begin on a page; those that packets are received
     * in, if they are 2048 bytes or longer, have pages to themselves.
     *
     * @return a multiple of 4096
     */
    public long bufferMemory() {
        return InterfaceSpecs.bufferMemory(values);
    }

    /** Sets what differs from the defaults. Not thread-safe. */
    public static final class Builder extends MemoryOptions<Builder> {
        Role role = Role.SLAVE;
        int id;
        Mode mode = Mode.ETHERNET;
        String name;
        byte[] secret = new byte[0];
        int s2mRings = 1;
        int m2sRings = 1;
        int minS2mRings = 1;
        int minM2sRings = 1;
        RxMode rxMode = RxMode.POLLING;
        boolean reconnect = true;
        long reconnectMinNs = Duration.ofMillis(100).toNanos();
        long reconnectMaxNs = Duration.ofSeconds(2).toNanos();
        long handshakeTimeoutNs = Duration.ofSeconds(5).toNanos();
        long interruptRecheckNs = Duration.ofMillis(10).toNanos();
        boolean repeatSignals = true;
        boolean checkThreads;
        boolean adminUp = true;
        InterfaceListener listener = new InterfaceListener() {};

        private Builder() {}

        @Override
        Builder self() {
            return this;
        }

        /**
         * Role; default slave, which connects and brings the memory.
         *
         * @param value master or slave
         * @return this
         */
        public Builder role(Role value) {
            role = Objects.requireNonNull(value, "role");
            return this;
        }

        /**
         * Interface id; default 0. Both sides must use the same.
         *
         * @param value unsigned 32 bits
         * @return this
         */
        public Builder id(int value) {
            id = value;
            return this;
        }

        /**
         * What packets carry; default Ethernet.
         *
         * @param value both sides must use the same
         * @return this
         */
        public Builder mode(Mode value) {
            mode = Objects.requireNonNull(value, "mode");
            return this;
        }

        /**
         * Name told to the peer; default {@code memif0/ID}.
         *
         * @param value up to 31 bytes of UTF-8
         * @return this
         */
        public Builder name(String value) {
            name = Objects.requireNonNull(value, "name");
            return this;
        }

        /**
         * Secret: as slave sent in clear text, as master demanded; default none.
         *
         * @param value 1 to 23 bytes, none of them 0; empty for none
         * @return this
         */
        public Builder secret(byte[] value) {
            secret = value.clone();
            return this;
        }

        /**
         * Secret as text, sent as UTF-8.
         *
         * @param value 1 to 23 bytes of UTF-8; empty for none
         * @return this
         */
        public Builder secret(String value) {
            secret = value.getBytes(StandardCharsets.UTF_8);
            return this;
        }

        /**
         * Queue pairs: the same number of rings in both directions; default 1.
         *
         * @param value 1 to 255
         * @return this
         */
        public Builder queues(int value) {
            s2mRings = value;
            m2sRings = value;
            return this;
        }

        /**
         * Rings from slave to master: our transmit queues as slave, our receive queues as master.
         *
         * @param value 1 to 255; as slave what we ask for, as master the most we accept
         * @return this
         */
        public Builder s2mRings(int value) {
            s2mRings = value;
            return this;
        }

        /**
         * Rings from master to slave: our receive queues as slave, our transmit queues as master.
         *
         * @param value 1 to 255; as slave what we ask for, as master the most we accept
         * @return this
         */
        public Builder m2sRings(int value) {
            m2sRings = value;
            return this;
        }

        /**
         * Fewest rings in each direction that we settle for; default 1.
         *
         * @param value 1 to 255
         * @return this
         */
        public Builder minRings(int value) {
            minS2mRings = value;
            minM2sRings = value;
            return this;
        }

        /**
         * Fewest rings from slave to master that we settle for; default 1. As slave the handshake
         * fails if the master offers less, as master if the slave brings less.
         *
         * @param value 1 to {@link #s2mRings}
         * @return this
         */
        public Builder minS2mRings(int value) {
            minS2mRings = value;
            return this;
        }

        /**
         * Fewest rings from master to slave that we settle for; default 1. As slave the handshake
         * fails if the master offers less, as master if the slave brings less.
         *
         * @param value 1 to {@link #m2sRings}
         * @return this
         */
        public Builder minM2sRings(int value) {
            minM2sRings = value;
            return this;
        }

        /**
         * How receive queues start; default polling. Can be changed later for each queue.
         *
         * @param value of all receive queues
         * @return this
         */
        public Builder rxMode(RxMode value) {
            rxMode = Objects.requireNonNull(value, "rxMode");
            return this;
        }

        /**
         * Whether a slave connects again, for ever, when nobody listens or the link went down;
         * default true. If not, the first failure is final.
         *
         * @param value true to reconnect
         * @return this
         */
        public Builder reconnect(boolean value) {
            reconnect = value;
            return this;
        }

        /**
         * Pause between attempts: doubles from the minimum up to the maximum, each time with a
         * random part of up to a quarter, and never lies outside of the two. Default 100 ms to 2 s.
         * Once a link has been up, no pause is longer than 800 ms (unless the minimum is), so that
         * it is back within a second of its peer's return. While the master's queue of connections
         * is full, all pauses are near the minimum.
         *
         * @param min more than 0
         * @param max not less than {@code min}
         * @return this
         */
        public Builder reconnectInterval(Duration min, Duration max) {
            reconnectMinNs = min.toNanos();
            reconnectMaxNs = max.toNanos();
            return this;
        }

        /**
         * How long a handshake may take; default 5 s. No known peer has such a limit.
         *
         * @param value more than 0
         * @return this
         */
        public Builder handshakeTimeout(Duration value) {
            handshakeTimeoutNs = value.toNanos();
            return this;
        }

        /**
         * How often a sleeping receive queue looks at its ring although nobody signalled; default
         * 10 ms. C peers publish and look at the interrupt mask without a fence between, so that
         * now and then a signal is lost. Zero switches it off, which is safe between two peers that
         * fence, as this library does.
         *
         * @param value 0 or more
         * @return this
         */
        public Builder interruptRecheck(Duration value) {
            interruptRecheckNs = value.toNanos();
            return this;
        }

        /**
         * Whether a peer that asked for signals, got one and left packets lying is signalled again
         * after some 20 ms, a few times; default true. VPP in interrupt mode takes at most 256
         * packets a signal and needs this.
         *
         * @param value false to signal once a batch and never again
         * @return this
         */
        public Builder repeatSignals(boolean value) {
            repeatSignals = value;
            return this;
        }

        /**
         * Whether each queue remembers the first thread that uses it and throws an
         * IllegalStateException that names the second; default false, which costs nothing. A queue
         * is for one thread at a time: with two, packets are lost or doubled silently.
         *
         * @param value true to find out
         * @return this
         */
        public Builder checkThreads(boolean value) {
            checkThreads = value;
            return this;
        }

        /**
         * Whether the interface starts administratively up; default true. See {@link
         * MemifInterface#setAdminUp}.
         *
         * @param value false to start down
         * @return this
         */
        public Builder adminUp(boolean value) {
            adminUp = value;
            return this;
        }

        /**
         * Who is told about the link; default nobody.
         *
         * @param value called on the reactor's thread
         * @return this
         */
        public Builder listener(InterfaceListener value) {
            listener = Objects.requireNonNull(value, "listener");
            return this;
        }

        /**
         * Checks and freezes; the builder may be used further.
         *
         * @return the configuration
         * @throws IllegalArgumentException naming the first value out of its range
         */
        public InterfaceConfig build() {
            ConfigChecks.check(this);
            return new InterfaceConfig(copy());
        }
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return values.role
                + " id="
                + Integer.toUnsignedString(values.id)
                + " name="
                + name()
                + " mode="
                + values.mode
                + " secret="
                + (Arrays.equals(values.secret, new byte[0]) ? "none" : "set");
    }
}
