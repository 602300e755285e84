package io.memif;

import io.memif.internal.control.JvmLog;
import io.memif.internal.control.ListenSpec;
import io.memif.internal.memory.MappingLimits;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The settings of one control socket. Immutable; {@code build} checks all of them.
 *
 * <pre>{@code
 * SocketConfig config =
 *         SocketConfig.builder().address("/run/app/memif.sock").socketMode(0660).build();
 * }</pre>
 */
public final class SocketConfig {
    /** Where VPP listens by default. */
    public static final String DEFAULT_ADDRESS = "/run/vpp/memif.sock";

    private final String address;
    private final String applicationName;
    private final boolean ownThread;
    private final MemifReactor reactor;
    private final ListenSpec listening;
    private final Consumer<Throwable> errorHandler;

    private SocketConfig(Builder b) {
        address = b.address;
        applicationName = ConfigChecks.name("applicationName", b.applicationName);
        ownThread = b.ownThread;
        reactor = b.reactor;
        ConfigChecks.range("maxHalfOpen", b.maxHalfOpen, 1, Integer.MAX_VALUE);
        ConfigChecks.range("socketMode", b.socketMode, ListenSpec.UNCHANGED, 0777);
        listening =
                new ListenSpec(
                        b.maxHalfOpen,
                        b.socketMode,
                        b.socketOwner,
                        b.socketGroup,
                        b.peerUids,
                        b.memoryLimits());
        errorHandler = b.errorHandler;
    }

    /** {@return a new builder with the defaults} */
    public static Builder builder() {
        return new Builder();
    }

    ListenSpec listening() {
        return listening;
    }

    /** {@return a path, or {@code @} and an abstract name} */
    public String address() {
        return address;
    }

    /** {@return the application name sent to peers} */
    public String applicationName() {
        return applicationName;
    }

    /** {@return whether a socket without a configured reactor starts a thread of its own} */
    public boolean ownThread() {
        return ownThread;
    }

    /** {@return the reactor to run on; null for one that the socket makes itself} */
    public MemifReactor reactor() {
        return reactor;
    }

    /** {@return maximum number of pending connections} */
    public int maxHalfOpen() {
        return listening.maxHalfOpen();
    }

    /** {@return permission bits of the socket file; -1 if the umask decides} */
    public int socketMode() {
        return listening.mode();
    }

    /** {@return user id of the socket file, -1 for the process's user} */
    public int socketOwner() {
        return listening.owner();
    }

    /** {@return group id of the socket file, -1 for the process's group} */
    public int socketGroup() {
        return listening.group();
    }

    /** {@return user ids whose slaves may connect; empty if everybody may} */
    public Optional<Set<Integer>> allowedPeerUids() {
        return listening.peerUids();
    }

    /** {@return longest region that a slave may bring, in bytes} */
    public long maxRegionBytes() {
        return listening.memory().maxRegionBytes();
    }

    /** {@return maximum number of regions of one link} */
    public int maxLinkRegions() {
        return listening.memory().maxLinkRegions();
    }

    /** {@return maximum address space for the regions of one link, in bytes} */
    public long maxLinkBytes() {
        return listening.memory().maxLinkBytes();
    }

    /** {@return maximum number of mappings of one link} */
    public int maxLinkMappings() {
        return listening.memory().maxLinkMappings();
    }

    /**
     * {@return maximum size of all peers' regions on ordinary pages, in bytes; 0 for the default}
     */
    public long maxPeerMemory() {
        return listening.memory().maxPeerMemory();
    }

    /** {@return maximum address space for all regions of this process, in bytes} */
    public long maxMappedBytes() {
        return listening.memory().maxMappedBytes();
    }

    /** {@return maximum number of mappings of all regions of this process} */
    public int maxMappings() {
        return listening.memory().maxMappings();
    }

    /** {@return maximum address space of links that have ended, in bytes} */
    public long maxWaitingBytes() {
        return listening.memory().maxWaitingBytes();
    }

    /** {@return gets the failures for which no caller waits} */
    public Consumer<Throwable> errorHandler() {
        return errorHandler;
    }

    /** Address and application name. */
    @Override
    public String toString() {
        return address + " applicationName=" + applicationName;
    }

    /** Sets what differs from the defaults. May build several configurations. Not thread-safe. */
    public static final class Builder {
        private String address = DEFAULT_ADDRESS;
        private String applicationName = "io.memif";
        private boolean ownThread = true;
        private int maxHalfOpen = 64;
        private int socketMode = ListenSpec.UNCHANGED;
        private int socketOwner = ListenSpec.UNCHANGED;
        private int socketGroup = ListenSpec.UNCHANGED;
        private Optional<Set<Integer>> peerUids = Optional.empty();
        private MemifReactor reactor;
        private Consumer<Throwable> errorHandler = new JvmLog();

        private long maxRegionBytes = MappingLimits.OF_MACHINE.maxRegionBytes();
        private int maxLinkRegions = MappingLimits.OF_MACHINE.maxLinkRegions();
        private long maxLinkBytes = MappingLimits.OF_MACHINE.maxLinkBytes();
        private int maxLinkMappings = MappingLimits.OF_MACHINE.maxLinkMappings();
        private long maxPeerMemory = MappingLimits.OF_MACHINE.maxPeerMemory();
        private long maxMappedBytes = MappingLimits.OF_MACHINE.maxMappedBytes();
        private int maxMappings = MappingLimits.OF_MACHINE.maxMappings();
        private long maxWaitingBytes = MappingLimits.OF_MACHINE.maxWaitingBytes();

        private Builder() {}

        private MappingLimits memoryLimits() {
            ConfigChecks.range("maxLinkRegions", maxLinkRegions, 1, 256);
            ConfigChecks.range("maxLinkMappings", maxLinkMappings, 1, Integer.MAX_VALUE);
            ConfigChecks.range("maxMappings", maxMappings, 1, Integer.MAX_VALUE);
            ConfigChecks.bytes("maxRegionBytes", maxRegionBytes);
            ConfigChecks.bytes("maxLinkBytes", maxLinkBytes);
            ConfigChecks.bytes("maxPeerMemory", maxPeerMemory);
            ConfigChecks.bytes("maxMappedBytes", maxMappedBytes);
            ConfigChecks.bytes("maxWaitingBytes", maxWaitingBytes);
            return new MappingLimits(
                    maxRegionBytes,
                    maxLinkRegions,
                    maxLinkBytes,
                    maxLinkMappings,
                    maxPeerMemory,
                    maxMappedBytes,
                    maxMappings,
                    maxWaitingBytes);
        }

        /**
         * Address of the socket; default {@link #DEFAULT_ADDRESS}.
         *
         * @param value a path of at most 107 bytes, or {@code @} and an abstract name
         * @return this
         */
        public Builder address(String value) {
            address = Objects.requireNonNull(value, "address");
            return this;
        }

        /**
         * Application name sent to peers; default {@code io.memif}.
         *
         * @param value up to 31 bytes of UTF-8
         * @return this
         */
        public Builder applicationName(String value) {
            applicationName = Objects.requireNonNull(value, "applicationName");
            return this;
        }

        /**
         * Whether the control path runs on a daemon thread of its own; default true. Otherwise the
         * caller drives it with {@link MemifSocket#doWork}. Ignored if there is a {@link #reactor}.
         *
         * @param value true for a thread of its own
         * @return this
         */
        public Builder ownThread(boolean value) {
            ownThread = value;
            return this;
        }

        /**
         * Maximum number of pending connections: those that were accepted and have not yet said
         * which interface they want. Default 64. Further ones wait in the kernel for a moment. Then
         * the oldest pending connection of the user who has most of them is told why and closed, if
         * it has been silent for 0.4 s.
         *
         * @param value 1 or more
         * @return this
         */
        public Builder maxHalfOpen(int value) {
            maxHalfOpen = value;
            return this;
        }

        /**
         * Longest region that a slave may bring; default 64 GiB.
         *
         * @param value bytes
         * @return this
         */
        public Builder maxRegionBytes(long value) {
            maxRegionBytes = value;
            return this;
        }

        /**
         * Maximum number of regions of one link; default 256, which is what the protocol allows.
         *
         * @param value 1 to 256
         * @return this
         */
        public Builder maxLinkRegions(int value) {
            maxLinkRegions = value;
            return this;
        }

        /**
         * Maximum address space for the regions of one link; default 256 GiB. At most the first 4
         * GiB of a region are mapped, in windows that overlap.
         *
         * @param value bytes
         * @return this
         */
        public Builder maxLinkBytes(long value) {
            maxLinkBytes = value;
            return this;
        }

        /**
         * Maximum number of mappings of one link; default 512. A region takes one, or up to four if
         * it has 2 GiB or more.
         *
         * @param value 1 or more
         * @return this
         */
        public Builder maxLinkMappings(int value) {
            maxLinkMappings = value;
            return this;
        }

        /**
         * Maximum size of all peers' regions on ordinary pages together, with each file counted
         * once. A page is charged to whoever touches it first. So this limits what peers can make
         * this process allocate by bringing empty files or by punching holes into full ones. The
         * default is what the machine and the cgroups of this process have available when a link
         * comes up, minus a quarter of their total.
         *
         * @param value bytes; 0 for the default
         * @return this
         */
        public Builder maxPeerMemory(long value) {
            maxPeerMemory = value;
            return this;
        }

        /**
         * Maximum address space for all regions of this process; default 4 TiB.
         *
         * @param value bytes
         * @return this
         */
        public Builder maxMappedBytes(long value) {
            maxMappedBytes = value;
            return this;
        }

        /**
         * Maximum number of mappings of all regions of this process, including those that wait to
         * be removed; default half of vm.max_map_count, because a JVM that runs out of mappings
         * ends.
         *
         * @param value 1 or more
         * @return this
         */
        public Builder maxMappings(int value) {
            maxMappings = value;
            return this;
        }

        /**
         * Maximum address space in mappings of links that have ended; default 4 TiB. They wait
         * until the application has dropped the last buffer over them. Beyond the limit no link
         * comes up.
         *
         * @param value bytes
         * @return this
         */
        public Builder maxWaitingBytes(long value) {
            maxWaitingBytes = value;
            return this;
        }

        /**
         * Runs the control path of the socket together with that of other sockets; default a
         * reactor of its own.
         *
         * @param value a shared reactor, which has to outlive the socket and is closed by its owner
         * @return this
         */
        public Builder reactor(MemifReactor value) {
            reactor = Objects.requireNonNull(value, "reactor");
            return this;
        }

        /**
         * Permission bits of the socket file that a master creates, set before anybody can connect;
         * by default the umask decides. Connecting needs write permission. Ignored for abstract
         * addresses.
         *
         * @param value 0 to 0777, octal as in chmod
         * @return this
         */
        public Builder socketMode(int value) {
            socketMode = value;
            return this;
        }

        /**
         * Owner of the socket file that a master creates, set before anybody can connect; default
         * the user of the process. Only root may give files away.
         *
         * @param uid numeric user id, 0 or more
         * @return this
         */
        public Builder socketOwner(int uid) {
            socketOwner = uid;
            return this;
        }

        /**
         * Group of the socket file that a master creates, set before anybody can connect; default
         * the group of the process. Users other than root can only name a group that they are in.
         *
         * @param gid numeric group id, 0 or more
         * @return this
         */
        public Builder socketGroup(int gid) {
            socketGroup = gid;
            return this;
        }

        /**
         * Users whose slaves may connect; default everybody who has access to the socket file. The
         * kernel reports who connects (SO_PEERCRED: the effective user at that time), so this also
         * protects abstract addresses. Other users are refused with that reason, and the error
         * handler is told.
         *
         * @param uids numeric user ids as this process's user namespace sees them; an empty list
         *     admits nobody
         * @return this
         */
        public Builder allowPeerUids(int... uids) {
            peerUids =
                    Optional.of(
                            Arrays.stream(uids).boxed().collect(Collectors.toUnmodifiableSet()));
            return this;
        }

        /**
         * Gets what listeners throw, which slaves the socket refused, and what fails while no
         * caller waits. The default logs to the {@link System.Logger} {@code io.memif}: what a peer
         * caused as a warning, once while it continues, and everything else as an error. The
         * handler gets the first 16 failures of a kind in a second, and the number of the others. A
         * kind that continues is reported less and less often, in the end twice a minute.
         *
         * @param value called on a callback thread, or inside {@code doWork}. What it throws is
         *     logged
         * @return this
         */
        public Builder errorHandler(Consumer<Throwable> value) {
            errorHandler = Objects.requireNonNull(value, "errorHandler");
            return this;
        }

        /**
         * Checks and freezes; the builder may be used further.
         *
         * @return the configuration
         * @throws IllegalArgumentException naming the first value out of its range
         */
        public SocketConfig build() {
            return new SocketConfig(this);
        }
    }
}
