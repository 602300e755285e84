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
 * Everything about one control socket that is set before it is opened. Immutable; made by {@link
 * #builder()}.
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

    /** {@return whether a socket without a given reactor makes a thread of its own} */
    public boolean ownThread() {
        return ownThread;
    }

    /** {@return the reactor to run on; null for one that the socket makes itself} */
    public MemifReactor reactor() {
        return reactor;
    }

    /** {@return most accepted connections that have not finished their handshake} */
    public int maxHalfOpen() {
        return listening.maxHalfOpen();
    }

    /** {@return permission bits of the socket file, -1 for what the umask leaves} */
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

    /** {@return user ids whose slaves may connect; without a set everybody may} */
    public Optional<Set<Integer>> allowedPeerUids() {
        return listening.peerUids();
    }

    /** {@return longest region that a slave may bring, bytes} */
    public long maxRegionBytes() {
        return listening.memory().maxRegionBytes();
    }

    /** {@return most regions of one link} */
    public int maxLinkRegions() {
        return listening.memory().maxLinkRegions();
    }

    /** {@return most bytes of address space for the regions of one link} */
    public long maxLinkBytes() {
        return listening.memory().maxLinkBytes();
    }

    /** {@return most mappings of one link} */
    public int maxLinkMappings() {
        return listening.memory().maxLinkMappings();
    }

    /** {@return most bytes on ordinary pages in the regions of all peers; 0 for the default} */
    public long maxPeerMemory() {
        return listening.memory().maxPeerMemory();
    }

    /** {@return most bytes of address space for all regions of this process} */
    public long maxMappedBytes() {
        return listening.memory().maxMappedBytes();
    }

    /** {@return most mappings of all regions of this process} */
    public int maxMappings() {
        return listening.memory().maxMappings();
    }

    /** {@return most bytes of address space in mappings of links that have ended} */
    public long maxWaitingBytes() {
        return listening.memory().maxWaitingBytes();
    }

    /** {@return what gets the failures for which no caller waits} */
    public Consumer<Throwable> errorHandler() {
        return errorHandler;
    }

    /** Address and application name. */
    @Override
    public String toString() {
        return address + " applicationName=" + applicationName;
    }

    /** Sets what differs from the defaults. Not thread-safe. */
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
         * Whether the control path runs on a daemon thread of its own; default true. If not, the
         * caller drives it with {@link MemifSocket#doWork}. Without meaning if a {@link #reactor}
         * is given.
         *
         * @param value true for an own thread
         * @return this
         */
        public Builder ownThread(boolean value) {
            ownThread = value;
            return this;
        }

        /**
         * Most accepted connections that have not said yet which interface they want; default 64.
         * Further ones wait in the kernel for a moment; where one of the accepted has been silent
         * for 0.4 s, it has to go for them and is told so: of the user who has most of them, the
         * oldest.
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
         * Most regions of one link; default 256, which is what the protocol allows.
         *
         * @param value 1 to 256
         * @return this
         */
        public Builder maxLinkRegions(int value) {
            maxLinkRegions = value;
            return this;
        }

        /**
         * Most bytes of address space that the regions of one link are mapped into; default 256
         * GiB. Of a region at most its first 4 GiB are mapped, into windows that overlap.
         *
         * @param value bytes
         * @return this
         */
        public Builder maxLinkBytes(long value) {
            maxLinkBytes = value;
            return this;
        }

        /**
         * Most mappings of one link; default 512. A region takes one, and from 2 GiB on up to four.
         *
         * @param value 1 or more
         * @return this
         */
        public Builder maxLinkMappings(int value) {
            maxLinkMappings = value;
            return this;
        }

        /**
         * Most bytes on ordinary pages in the regions of all peers together, each file once. A page
         * is charged to whoever touches it first, so this is what peers can make the process
         * allocate by bringing empty files, or by punching holes into full ones; default is what
         * the machine and the cgroups of this process have available when a link comes up, but for
         * a quarter of what they have at all.
         *
         * @param value bytes; 0 for the default
         * @return this
         */
        public Builder maxPeerMemory(long value) {
            maxPeerMemory = value;
            return this;
        }

        /**
         * Most bytes of address space in all regions of this process; default 4 TiB.
         *
         * @param value bytes
         * @return this
         */
        public Builder maxMappedBytes(long value) {
            maxMappedBytes = value;
            return this;
        }

        /**
         * Most mappings of all regions of this process, those included that wait to be removed;
         * default is half of vm.max_map_count, since a JVM that runs out of mappings ends.
         *
         * @param value 1 or more
         * @return this
         */
        public Builder maxMappings(int value) {
            maxMappings = value;
            return this;
        }

        /**
         * Most bytes of address space in mappings of links that have ended; default 4 TiB. They
         * wait until the application has let go of the last buffer over them. Beyond it no link
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
         * Runs the control path of the socket together with that of others; default is a reactor of
         * its own.
         *
         * @param value shared; it outlives the socket and is closed by whoever made it
         * @return this
         */
        public Builder reactor(MemifReactor value) {
            reactor = Objects.requireNonNull(value, "reactor");
            return this;
        }

        /**
         * Permission bits of the socket file that a master makes, set before anybody can connect;
         * default is what the umask leaves. Connecting needs write permission. Without meaning for
         * abstract addresses.
         *
         * @param value 0 to 0777, octal as in chmod
         * @return this
         */
        public Builder socketMode(int value) {
            socketMode = value;
            return this;
        }

        /**
         * Owner of the socket file that a master makes, set before anybody can connect; default is
         * the process's user. Only root may give files away.
         *
         * @param uid numeric user id, 0 or more
         * @return this
         */
        public Builder socketOwner(int uid) {
            socketOwner = uid;
            return this;
        }

        /**
         * Group of the socket file that a master makes, set before anybody can connect; default is
         * the process's group. Others than root can only name a group they are in.
         *
         * @param gid numeric group id, 0 or more
         * @return this
         */
        public Builder socketGroup(int gid) {
            socketGroup = gid;
            return this;
        }

        /**
         * Users whose slaves may connect; default everybody who gets past the socket file. It is
         * the kernel that says who connects (SO_PEERCRED: the effective user at that time), so this
         * protects abstract addresses too. Others learn so from a DISCONNECT, and the error handler
         * hears of them.
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
         * Gets what listeners throw, whom the socket refused, and what fails where no caller waits;
         * default logs it with {@link System.Logger} as {@code io.memif}: what a peer caused as a
         * warning, once while it goes on, all else as an error. Of failures of one kind it gets the
         * first 16 a second, and the number of the others; of a kind that comes for longer fewer,
         * in the end two a minute.
         *
         * @param value called as listeners are: on a callback thread, or inside {@code doWork}.
         *     What it throws is logged
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
