package io.memif;

import io.memif.internal.control.ListenSpec;
import java.util.Arrays;
import java.util.Objects;
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

    private final Builder values;

    private SocketConfig(Builder values) {
        this.values = values;
    }

    /**
     * Starts with the defaults.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    Builder values() {
        return values;
    }

    /** Sets what differs from the defaults. Not thread-safe. */
    public static final class Builder {
        String address = DEFAULT_ADDRESS;
        String applicationName = "io.memif";
        boolean ownThread = true;
        int maxHalfOpen = 64;
        int socketMode = ListenSpec.UNCHANGED;
        int socketOwner = ListenSpec.UNCHANGED;
        int socketGroup = ListenSpec.UNCHANGED;
        Set<Integer> peerUids = Set.of();
        MemifReactor reactor;
        Consumer<Throwable> errorHandler = SocketConfig::printError;

        private Builder() {}

        private Builder(Builder other) {
            address = other.address;
            applicationName = other.applicationName;
            ownThread = other.ownThread;
            maxHalfOpen = other.maxHalfOpen;
            socketMode = other.socketMode;
            socketOwner = other.socketOwner;
            socketGroup = other.socketGroup;
            peerUids = other.peerUids;
            reactor = other.reactor;
            errorHandler = other.errorHandler;
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
         * Application name told to peers; default {@code io.memif}.
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
         * Most accepted connections that have not finished their handshake; default 64. Further
         * ones are closed at once.
         *
         * @param value 1 or more
         * @return this
         */
        public Builder maxHalfOpen(int value) {
            maxHalfOpen = value;
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
         * protects abstract addresses too. Others are told so in a DISCONNECT, and the error
         * handler hears of them.
         *
         * @param uids numeric user ids as this process's user namespace sees them; none for
         *     everybody
         * @return this
         */
        public Builder allowPeerUids(int... uids) {
            peerUids = Arrays.stream(uids).boxed().collect(Collectors.toUnmodifiableSet());
            return this;
        }

        /**
         * Gets what listeners throw and what fails where no caller waits; default prints it to
         * standard error. Called on the reactor's thread; must not throw. Of slaves that are
         * refused in a flood it gets the first 16 a second, and the number of the others.
         *
         * @param value called on the reactor's thread
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
            ConfigChecks.name("applicationName", applicationName);
            ConfigChecks.range("maxHalfOpen", maxHalfOpen, 1, Integer.MAX_VALUE);
            ConfigChecks.range("socketMode", socketMode, ListenSpec.UNCHANGED, 0777);
            return new SocketConfig(new Builder(this));
        }
    }

    ListenSpec listenSpec() {
        return new ListenSpec(
                values.maxHalfOpen,
                values.socketMode,
                values.socketOwner,
                values.socketGroup,
                values.peerUids);
    }

    private static void printError(Throwable error) {
        System.Logger log = System.getLogger("io.memif");
        log.log(System.Logger.Level.ERROR, "on the reactor's thread", error);
    }
}
