package io.memif;

import io.memif.internal.control.InterfaceSpec;
import io.memif.internal.protocol.InterfaceParameters;
import io.memif.internal.protocol.MemoryPlan;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * The settings of one interface. Immutable; {@code build} checks all of them.
 *
 * <pre>{@code
 * InterfaceConfig config = InterfaceConfig.builder().role(Role.MASTER).queues(4).build();
 * }</pre>
 */
public final class InterfaceConfig {
    /** Longest secret that VPP, DPDK and libmemif all accept, in bytes. */
    public static final int MAX_SECRET_LENGTH = 23;

    private final InterfaceSpec spec;
    private final InterfaceParameters parameters;
    private final List<MemifRegion> regions;
    private final RxMode rxMode;
    private final Duration interruptRecheck;
    private final boolean checkThreads;
    private final InterfaceListener listener;

    private InterfaceConfig(InterfaceSettings set) {
        spec = set.spec();
        parameters = spec.parameters();
        regions = List.copyOf(set.regions);
        rxMode = set.rxMode;
        interruptRecheck = set.interruptRecheck;
        checkThreads = set.checkThreads;
        listener = set.listener;
    }

    /** {@return a new builder with the defaults, which are VPP's} */
    public static Builder builder() {
        return new Builder();
    }

    InterfaceSpec spec() {
        return spec;
    }

    /** {@return master or slave} */
    public Role role() {
        return parameters.role();
    }

    /** {@return the id, unique for each socket and role: unsigned 32 bits} */
    public int id() {
        return parameters.id();
    }

    /** {@return what packets are: Ethernet frames or IP packets} */
    public Mode mode() {
        return parameters.mode();
    }

    /** {@return the name sent to the peer, up to 31 bytes} */
    public String name() {
        return parameters.name();
    }

    /** {@return whether there is a secret; it is not shown} */
    public boolean hasSecret() {
        return !parameters.secret().isNone();
    }

    /** {@return queues from slave to master, 1 to 255} */
    public int s2mRings() {
        return parameters.s2mRings().queues();
    }

    /** {@return queues from master to slave, 1 to 255} */
    public int m2sRings() {
        return parameters.m2sRings().queues();
    }

    /** {@return minimum number of rings from slave to master} */
    public int minS2mRings() {
        return parameters.s2mRings().min();
    }

    /** {@return minimum number of rings from master to slave} */
    public int minM2sRings() {
        return parameters.m2sRings().min();
    }

    /** {@return maximum number of rings in each direction that a master accepts} */
    public int maxRings() {
        return parameters.maxRings();
    }

    /** {@return slots of a slave's rings: a power of two} */
    public int ringSize() {
        return 1 << parameters.log2RingSize();
    }

    /** {@return minimum number of slots of a ring: a power of two} */
    public int minRingSize() {
        return 1 << parameters.minLog2RingSize();
    }

    /** {@return bytes of a slave's buffers, with headroom} */
    public int bufferSize() {
        return parameters.bufferSize();
    }

    /** {@return bytes that a slave keeps free in front of each received packet} */
    public int headroom() {
        return parameters.headroom();
    }

    /** {@return cache-line size that the peer was built with: 64 or 128} */
    public int cacheLine() {
        return parameters.cacheLine();
    }

    /** {@return whether a slave reads the received packets} */
    public boolean payloadRead() {
        return parameters.payloadRead();
    }

    /** {@return whether the regions that a slave creates lie on hugepages} */
    public boolean hugepages() {
        return spec.pages().huge();
    }

    /** {@return whether a slave touches all pages before the link comes up} */
    public boolean prefault() {
        return spec.pages().prefault();
    }

    /** {@return regions of the application that a slave shares, in the order of announcement} */
    public List<MemifRegion> regions() {
        return regions;
    }

    /** {@return the one of them that holds a slave's buffers; null if the slave creates it} */
    public MemifRegion bufferRegion() {
        int index = spec.bufferRegion();
        return index == InterfaceSpec.CREATED ? null : regions.get(index);
    }

    /** {@return where the buffers begin in {@link #bufferRegion}, bytes} */
    public long bufferOffset() {
        return spec.bufferOffset();
    }

    /** {@return bytes of the buffers of all rings that are asked for, a multiple of 4096} */
    public long bufferMemory() {
        return MemoryPlan.buffersLength(parameters);
    }

    /** {@return which of a slave's regions must be sealed for a master} */
    public SealPolicy sealPolicy() {
        return spec.sealPolicy();
    }

    /** {@return how receive queues wait at first} */
    public RxMode rxMode() {
        return rxMode;
    }

    /** {@return whether a slave connects again} */
    public boolean reconnect() {
        return spec.reconnect();
    }

    /** {@return the first pause between attempts to connect} */
    public Duration reconnectMin() {
        return Duration.ofNanos(spec.reconnectMinNs());
    }

    /** {@return the longest pause between attempts to connect} */
    public Duration reconnectMax() {
        return Duration.ofNanos(spec.reconnectMaxNs());
    }

    /** {@return how long a handshake may take} */
    public Duration handshakeTimeout() {
        return Duration.ofNanos(spec.handshakeTimeoutNs());
    }

    /** {@return how long a master's peer has to be idle to be replaced; zero for never} */
    public Duration replaceIdleLinkAfter() {
        return Duration.ofNanos(spec.replaceIdleAfterNs());
    }

    /** {@return how long a peer may leave what waits for it untouched; zero for ever} */
    public Duration endStalledLinkAfter() {
        return Duration.ofNanos(spec.endStalledAfterNs());
    }

    /** {@return how often a sleeping receive queue checks its ring; zero for never} */
    public Duration interruptRecheck() {
        return interruptRecheck;
    }

    /** {@return whether a peer that leaves packets in the ring is signalled again} */
    public boolean repeatSignals() {
        return spec.repeatSignals();
    }

    /** {@return whether queues check which thread uses them} */
    public boolean checkThreads() {
        return checkThreads;
    }

    /** {@return whether the interface starts administratively up} */
    public boolean adminUp() {
        return spec.adminUp();
    }

    /** {@return the listener that is told about the link} */
    public InterfaceListener listener() {
        return listener;
    }

    /** Without the secret. */
    @Override
    public String toString() {
        String id = " id=" + Integer.toUnsignedString(id()) + " name=" + name();
        return role() + id + " mode=" + mode() + " secret=" + parameters.secret();
    }

    /** Sets what differs from the defaults. May build several configurations. Not thread-safe. */
    public static final class Builder {
        final InterfaceSettings set = new InterfaceSettings();

        private Builder() {}

        /**
         * Role; default slave, which connects and creates the memory.
         *
         * @param value master or slave
         * @return this
         */
        public Builder role(Role value) {
            set.role = Objects.requireNonNull(value, "role");
            return this;
        }

        /**
         * Interface id; default 0. Both sides must use the same.
         *
         * @param value unsigned 32 bits
         * @return this
         */
        public Builder id(int value) {
            set.id = value;
            return this;
        }

        /**
         * What packets carry; default Ethernet.
         *
         * @param value both sides must use the same
         * @return this
         */
        public Builder mode(Mode value) {
            set.mode = Objects.requireNonNull(value, "mode");
            return this;
        }

        /**
         * Name sent to the peer; default {@code memif0/ID}.
         *
         * @param value up to 31 bytes of UTF-8
         * @return this
         */
        public Builder name(String value) {
            set.name = Objects.requireNonNull(value, "name");
            return this;
        }

        /**
         * Secret; default none. A slave sends it in clear text, a master demands it.
         *
         * @param value 1 to 23 bytes, none of them 0; empty for none
         * @return this
         */
        public Builder secret(byte[] value) {
            set.secret = value.clone();
            return this;
        }

        /**
         * Secret as text, sent as UTF-8.
         *
         * @param value 1 to 23 bytes of UTF-8; empty for none
         * @return this
         */
        public Builder secret(String value) {
            return secret(value.getBytes(StandardCharsets.UTF_8));
        }

        /**
         * Queue pairs: the same number of queues in both directions; default 1.
         *
         * @param value 1 to 255
         * @return this
         */
        public Builder queues(int value) {
            return s2mRings(value).m2sRings(value);
        }

        /**
         * Queues from slave to master: our transmit queues as slave, our receive queues as master;
         * default 1. A slave asks for that many rings; a master accepts all that come.
         *
         * @param value 1 to 255
         * @return this
         */
        public Builder s2mRings(int value) {
            set.s2mRings = value;
            return this;
        }

        /**
         * Queues from master to slave: our receive queues as slave, our transmit queues as master;
         * default 1. A slave asks for that many rings; a master leaves further rings empty.
         *
         * @param value 1 to 255
         * @return this
         */
        public Builder m2sRings(int value) {
            set.m2sRings = value;
            return this;
        }

        /**
         * Minimum number of rings in each direction; default 0. With fewer the handshake fails.
         *
         * @param value 0 to the queues as slave, to {@link #maxRings} as master
         * @return this
         */
        public Builder minRings(int value) {
            return minS2mRings(value).minM2sRings(value);
        }

        /**
         * Minimum number of rings from slave to master.
         *
         * @param value as {@link #minRings}
         * @return this
         */
        public Builder minS2mRings(int value) {
            set.minS2mRings = value;
            return this;
        }

        /**
         * Minimum number of rings from master to slave.
         *
         * @param value as {@link #minRings}
         * @return this
         */
        public Builder minM2sRings(int value) {
            set.minM2sRings = value;
            return this;
        }

        /**
         * Maximum number of rings in each direction; default 256. A master refuses more.
         *
         * @param value 0 to 256
         * @return this
         */
        public Builder maxRings(int value) {
            set.maxRings = value;
            return this;
        }

        /**
         * Slots of a slave's rings; default 1024. The master may allow fewer.
         *
         * @param value a power of two, 2 to 16384
         * @return this
         */
        public Builder ringSize(int value) {
            set.ringSize = value;
            return this;
        }

        /**
         * Minimum number of slots of a ring; default 1.
         *
         * @param value 1 to 16384; rounded up to a power of two
         * @return this
         */
        public Builder minRingSize(int value) {
            set.minRingSize = value;
            return this;
        }

        /**
         * Bytes of a slave's buffers, with headroom; default 2048. Longer packets are chained.
         *
         * @param value 64 to 65535
         * @return this
         */
        public Builder bufferSize(int value) {
            set.bufferSize = value;
            return this;
        }

        /**
         * Bytes that a slave keeps free in front of each received packet; default 0.
         *
         * @param value less than the buffer size
         * @return this
         */
        public Builder headroom(int value) {
            set.headroom = value;
            return this;
        }

        /**
         * Cache-line size that the peer was built with; default 64. It is not negotiated: with the
         * wrong one the link comes up and no packet moves.
         *
         * @param value 64 or 128
         * @return this
         */
        public Builder cacheLine(int value) {
            set.cacheLine = value;
            return this;
        }

        /**
         * Whether a slave reads the received packets; default true. Set it to false if most packets
         * are only counted: buffers of 2048 bytes or more then lie where a master writes faster.
         *
         * @param value false for packets that are not read
         * @return this
         */
        public Builder payloadRead(boolean value) {
            set.payloadRead = value;
            return this;
        }

        /**
         * Whether a slave's regions lie on hugepages of the default size; default false.
         *
         * @param value true for hugepages
         * @return this
         */
        public Builder hugepages(boolean value) {
            set.hugepages = value;
            return this;
        }

        /**
         * Whether a slave touches all its pages before the link comes up; default false.
         *
         * @param value true to wait before link-up instead of while packets pass
         * @return this
         */
        public Builder prefault(boolean value) {
            set.prefault = value;
            return this;
        }

        /**
         * Shares a region of the application with a slave's peer, so that packets can be sent from
         * where they lie. Several regions are announced in the order of the calls.
         *
         * @param value to be kept open as long as links are to come up
         * @return this
         */
        public Builder region(MemifRegion value) {
            if (!set.regions.contains(Objects.requireNonNull(value, "region"))) {
                set.regions.add(value);
            }
            return this;
        }

        /**
         * Puts all buffers of a slave into a region of the application and shares it. Interfaces
         * with buffers in one region forward packets without a copy; {@link
         * MemifRegion.Builder#createForBuffersOf} creates such a region.
         *
         * @param value where to put them
         * @param offset of the first buffer, a multiple of 64. The interface owns {@link
         *     InterfaceConfig#bufferMemory} bytes there, which have to lie in the first 2 GiB
         * @return this
         */
        public Builder buffersIn(MemifRegion value, long offset) {
            region(value);
            set.bufferRegion = set.regions.indexOf(value);
            set.bufferOffset = offset;
            return this;
        }

        /**
         * Which of a slave's regions must be sealed for a master; default those with rings.
         *
         * @param value default {@link SealPolicy#SEALED_RINGS}
         * @return this
         */
        public Builder sealPolicy(SealPolicy value) {
            set.sealPolicy = Objects.requireNonNull(value, "sealPolicy");
            return this;
        }

        /**
         * How receive queues wait at first; default polling. Each queue can change it later.
         *
         * @param value for all receive queues
         * @return this
         */
        public Builder rxMode(RxMode value) {
            set.rxMode = Objects.requireNonNull(value, "rxMode");
            return this;
        }

        /**
         * Whether a slave keeps connecting again; default true. If not, a failure is final.
         *
         * @param value true to reconnect
         * @return this
         */
        public Builder reconnect(boolean value) {
            set.reconnect = value;
            return this;
        }

        /**
         * Pause between attempts; default 100 ms to 2 s. It doubles from the minimum to the maximum
         * and varies at random by up to a quarter. After a link was up, 800 ms is the longest.
         *
         * @param min more than 0
         * @param max not less than {@code min}
         * @return this
         */
        public Builder reconnectInterval(Duration min, Duration max) {
            set.reconnectMin = Objects.requireNonNull(min, "min");
            set.reconnectMax = Objects.requireNonNull(max, "max");
            return this;
        }

        /**
         * How long a handshake may take; default 5 s.
         *
         * @param value more than 0
         * @return this
         */
        public Builder handshakeTimeout(Duration value) {
            set.handshakeTimeout = Objects.requireNonNull(value, "handshakeTimeout");
            return this;
        }

        /**
         * How long a master's peer has to be idle before another slave with the secret may take its
         * place, for peers behind a proxy that keeps dead connections; default zero for never.
         *
         * @param value zero, or 2 s or more; needs a secret
         * @return this
         */
        public Builder replaceIdleLinkAfter(Duration value) {
            set.replaceIdleLinkAfter = Objects.requireNonNull(value, "replaceIdleLinkAfter");
            return this;
        }

        /**
         * How long a peer may leave what waits for it untouched before we end the link; default
         * zero, which means for ever, because a peer that is administratively down does that too.
         *
         * @param value zero, or 2 s or more
         * @return this
         */
        public Builder endStalledLinkAfter(Duration value) {
            set.endStalledLinkAfter = Objects.requireNonNull(value, "endStalledLinkAfter");
            return this;
        }

        /**
         * How often a sleeping receive queue checks its rings without a signal; default 10 ms,
         * because C peers can lose a signal. Zero means never: safe with peers of this library.
         *
         * @param value 0 or more
         * @return this
         */
        public Builder interruptRecheck(Duration value) {
            set.interruptRecheck = Objects.requireNonNull(value, "interruptRecheck");
            return this;
        }

        /**
         * Whether a peer that left packets in the ring after a signal is signalled again some 20 ms
         * later, a few times; default true. VPP takes up to 256 packets a signal and needs this.
         *
         * @param value false to signal once for each batch
         * @return this
         */
        public Builder repeatSignals(boolean value) {
            set.repeatSignals = value;
            return this;
        }

        /**
         * Whether a queue throws an IllegalStateException if a second thread uses it without {@code
         * handOver}, which could lose or duplicate packets; default true, at no measurable cost.
         *
         * @param value false if the application itself orders the threads of a queue
         * @return this
         */
        public Builder checkThreads(boolean value) {
            set.checkThreads = value;
            return this;
        }

        /**
         * Whether it starts administratively up ({@link MemifInterface#setAdminUp}); default true.
         *
         * @param value false to start down
         * @return this
         */
        public Builder adminUp(boolean value) {
            set.adminUp = value;
            return this;
        }

        /**
         * The listener that is told about the link; default none.
         *
         * @param value called on a callback thread, or inside {@code doWork}
         * @return this
         */
        public Builder listener(InterfaceListener value) {
            set.listener = Objects.requireNonNull(value, "listener");
            return this;
        }

        /**
         * {@return the configuration; the builder may be used further}
         *
         * @throws IllegalArgumentException naming the first value out of its range
         */
        public InterfaceConfig build() {
            return new InterfaceConfig(set);
        }
    }
}
