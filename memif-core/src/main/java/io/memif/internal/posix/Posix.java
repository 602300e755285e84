package io.memif.internal.posix;

import io.memif.unix.SystemCalls;
import java.util.Set;

/**
 * The system calls of Linux that the library makes, grouped by what they work on.
 *
 * <p>Thread-safe. Results are {@code >= 0}, or the negative errno (see {@link Errno}); EINTR is
 * dealt with below, and no method of the groups throws because a call failed. Buffers must be
 * direct: {@link IllegalArgumentException} otherwise, since the kernel gets their address.
 */
public final class Posix implements SystemCalls {
    /** Calls that every user may make on every kernel there is. */
    private static final Set<String> NEED_NO_RIGHTS =
            Set.of("memfd_create", "eventfd2", "epoll_create1", "epoll_ctl", "socket");

    private static final String FILTERED =
            "; %s needs no rights, so a seccomp filter forbids it: allow it in the profile of the"
                    + " container, or in the SystemCallFilter= of the service";

    private final DescriptorWatch watch;
    private final DescriptorCalls descriptors;
    private final SocketCalls sockets;
    private final PollCalls polling;
    private final FileCalls files;
    private final MemoryCalls memory;
    private final TapCalls taps;

    private Posix(Interposer interposer, DescriptorWatch watch) {
        NativeLibrary library = NativeLibrary.get();
        Gate gate = new Gate(library.calls, interposer);
        this.watch = watch;
        this.descriptors = new DescriptorCalls(library.signals, gate);
        this.sockets = new SocketCalls(gate);
        this.polling = new PollCalls(library.abi, gate);
        this.files = new FileCalls(library.abi, gate);
        this.memory = new MemoryCalls(library.abi, library.pageSize, gate);
        this.taps = new TapCalls(gate);
    }

    /**
     * Loads the native library if this JVM has not yet, and checks that every function is there.
     *
     * @throws UnsupportedOperationException if native calls are not possible here, saying why
     */
    public static Posix open() {
        return open(Interposer.NONE, DescriptorWatch.NONE);
    }

    /**
     * The calls that every descriptor goes through for which none are named.
     *
     * @throws UnsupportedOperationException if native calls are not possible here, saying why
     */
    public static Posix shared() {
        // A class that fails to initialise would not say so, and the second time not even why.
        NativeLibrary.get();
        return Shared.POSIX;
    }

    private static final class Shared {
        static final Posix POSIX = open();
    }

    /** The calls as this package knows them. */
    public static Posix of(SystemCalls calls) {
        return (Posix) calls;
    }

    /**
     * As {@link #open()}, with fault injection.
     *
     * @param interposer asked before each attempt of each call
     * @throws UnsupportedOperationException if native calls are not possible here, saying why
     */
    public static Posix open(Interposer interposer) {
        return open(interposer, DescriptorWatch.NONE);
    }

    /**
     * As {@link #open()}, with fault injection and a watch over descriptors.
     *
     * @param interposer asked before each attempt of each call
     * @param watch told of every descriptor that gets an owner
     * @throws UnsupportedOperationException if native calls are not possible here, saying why
     */
    public static Posix open(Interposer interposer, DescriptorWatch watch) {
        return new Posix(interposer, watch);
    }

    /**
     * A failed call's errno in words: its name and, when a table of descriptors is full, which
     * limit it was and what to do.
     *
     * @param result the negative errno that a call returned
     * @return such as {@code "EPIPE"}
     */
    public String explain(int result) {
        return explain(result, files.descriptorLimit());
    }

    /** As {@link #explain(int)}, for those who have no calls at hand but have failed in one. */
    public static String explainAny(int result) {
        Gate gate = new Gate(NativeLibrary.get().calls, Interposer.NONE);
        return explain(result, FileCalls.descriptorLimit(gate));
    }

    /**
     * As {@link #explainAny(int)}, for a call by name: a filter that forbids it is told as such.
     */
    public static String explainAny(String call, int result) {
        boolean refused = result == -Errno.EPERM || result == -Errno.ENOSYS;
        return refused && NEED_NO_RIGHTS.contains(call)
                ? Errno.text(-result) + FILTERED.formatted(call)
                : explainAny(result);
    }

    private static String explain(int result, long limit) {
        String name = Errno.text(result);
        return switch (-result) {
            case Errno.EMFILE ->
                    name
                            + "; this process may have "
                            + limit
                            + " descriptors open and has all of them: close some or raise the limit"
                            + " (ulimit -n, LimitNOFILE=)";
            case Errno.ENFILE ->
                    name + "; the whole system's table of open files is full: raise fs.file-max";
            case Errno.ETOOMANYREFS ->
                    name
                            + "; more descriptors than RLIMIT_NOFILE ("
                            + limit
                            + ") are under way in messages that nobody has read";
            default -> name;
        };
    }

    /**
     * The watch given at opening.
     *
     * @return the watch, {@link DescriptorWatch#NONE} if none was given
     */
    public DescriptorWatch watch() {
        return watch;
    }

    /** Calls that work on any descriptor, and eventfd. */
    public DescriptorCalls descriptors() {
        return descriptors;
    }

    /** Calls that work on AF_UNIX sockets. */
    public SocketCalls sockets() {
        return sockets;
    }

    /** Calls that wait for readiness: epoll and poll. */
    public PollCalls polling() {
        return polling;
    }

    /** Calls that work on files, memory files and limits. */
    public FileCalls files() {
        return files;
    }

    /** Calls that map files into memory. */
    public MemoryCalls memory() {
        return memory;
    }

    /** Calls that work on tap devices and network interfaces. */
    public TapCalls taps() {
        return taps;
    }
}
