package io.memif.internal.control;

import io.memif.MemifException;
import io.memif.MemifException.Code;
import io.memif.internal.posix.DescriptorCalls;
import io.memif.internal.posix.Errno;
import io.memif.internal.posix.FileStatus;
import io.memif.internal.posix.Posix;
import io.memif.internal.posix.SocketCalls;
import io.memif.unix.OwnedFd;
import io.memif.unix.UnixAddress;
import io.memif.unix.UnixException;
import java.util.List;
import java.util.Optional;

/**
 * The address of a control socket: connects to it and listens on it, and says what to do about
 * every errno.
 *
 * <p>A stale socket file is taken over, a live one or another kind of file never; the file is made
 * ready before anybody can connect, and only our own is removed. A socket that listens already
 * takes the place of all that: its file is left alone, and slaves that connect while there is no
 * master wait for the next one.
 *
 * <p>On the reactor's thread; the checks of sockets that the caller made, on any.
 */
public final class ControlSocket {
    private static final int FLAGS = SocketCalls.SOCK_CLOEXEC | SocketCalls.SOCK_NONBLOCK;

    /** A thousand slaves that come together wait here, and are not turned away. */
    private static final int BACKLOG = 1024;

    private static final String LOCK_SUFFIX = ".memif-takeover";
    private static final int LOCK_TRIES = 3;

    private static final String ELSEWHERE =
            "name a path in a directory that this user can write, or an abstract name (@name)";

    private final Posix posix;
    private final UnixAddress address;
    private final ListenSpec spec;
    private final OwnedFd given;
    private final FileStatus own = new FileStatus();
    private boolean created;

    /** Opens nothing yet; {@code given} listens already and is ours from now on, or is null. */
    ControlSocket(Posix posix, UnixAddress address, ListenSpec spec, OwnedFd given) {
        this.posix = posix;
        this.address = address;
        this.spec = spec;
        this.given = given;
    }

    UnixAddress address() {
        return address;
    }

    /**
     * Connects a socket that does not block.
     *
     * @param user for whom, in messages
     * @return the caller's to close
     * @throws MemifException caused by what the kernel said
     */
    OwnedFd connect(Object user) {
        int raw = posix.sockets().socket(SocketCalls.SOCK_SEQPACKET | FLAGS);
        if (raw < 0) {
            throw failure(user, false, "socket", raw);
        }
        OwnedFd fd = OwnedFd.adopt(posix, raw, "control socket to " + address);
        int result = posix.sockets().connect(raw, address.toBytes());
        if (result < 0) {
            fd.close();
            throw failure(user, false, "connect", result);
        }
        return fd;
    }

    /** Whether a connect failed only because too many came before: who tries soon gets in. */
    static boolean wasBusy(MemifException failure) {
        return failure.getCause() instanceof UnixException cause
                && cause.errno() == Errno.EAGAIN
                && cause.call().equals("connect");
    }

    /**
     * A socket that listens and does not block: binds, sets owner and mode, and only then listens,
     * so that nobody connects before.
     *
     * @param user for whom, in messages
     * @return to be closed after {@link #stopListening}
     * @throws MemifException caused by what the kernel said
     */
    OwnedFd listen(Object user) {
        if (given != null) {
            return given;
        }
        int raw = check(user, "socket", posix.sockets().socket(SocketCalls.SOCK_SEQPACKET | FLAGS));
        OwnedFd fd = OwnedFd.adopt(posix, raw, "listener on " + address);
        try {
            int result = posix.sockets().bind(raw, address.toBytes());
            if (result == -Errno.EADDRINUSE && !address.isAbstract()) {
                result = takeOver(user, raw);
            }
            check(user, "bind", result);
            if (!address.isAbstract()) {
                prepareFile(user);
            }
            check(user, "listen", posix.sockets().listen(raw, BACKLOG));
            return fd;
        } catch (MemifException e) {
            abandon(fd);
            throw e;
        } catch (UnixException e) {
            // A helper descriptor reported an error when it was closed.
            abandon(fd);
            String message = user + ": cannot listen on " + address + ": " + e.getMessage();
            throw new MemifException(Code.SYSTEM, message, e);
        }
    }

    /** In this order: a socket that is bound is not stale, so that nobody takes its place. */
    private void abandon(OwnedFd listener) {
        removeOwn();
        listener.close();
    }

    /**
     * Nobody is to listen from now on; {@link #listen} may be called again.
     *
     * @return what the caller has to close; empty for a socket that others may share and that
     *     listens on
     */
    Optional<OwnedFd> stopListening(OwnedFd fd) {
        if (fd == given) {
            return Optional.empty();
        }
        removeOwn();
        return Optional.of(fd);
    }

    /** Nobody will ever listen again: what is left to be closed, which may take long. */
    List<OwnedFd> toClose() {
        return given == null ? List.of() : List.of(given);
    }

    /** By a descriptor, so that nobody can lead us to another file meanwhile. */
    private void prepareFile(Object user) {
        int raw = check(user, "open", posix.files().openName(address.path()));
        OwnedFd file = OwnedFd.adopt(posix, raw, "socket file " + address);
        try {
            check(user, "stat", posix.files().fileStatus(raw, own));
            if (!own.isSocket()) {
                throw new MemifException(
                        Code.BAD_ADDRESS,
                        (user + ": cannot listen on " + address)
                                + ": somebody put another file in its place; choose a directory"
                                + " that only this user can write",
                        UnixException.of(Errno.EPERM, "stat", address));
            }
            created = true;
            setOwner(user, raw);
            if (spec.mode() != ListenSpec.UNCHANGED) {
                check(user, "chmod", posix.files().chmod(raw, spec.mode()));
            }
        } finally {
            file.close();
        }
    }

    private void setOwner(Object user, int file) {
        if (spec.owner() == ListenSpec.UNCHANGED && spec.group() == ListenSpec.UNCHANGED) {
            return;
        }
        int result = posix.files().chown(file, spec.owner(), spec.group());
        if (result == -Errno.ENOENT) {
            throw failure(user, true, "chown", result);
        }
        if (result < 0) {
            throw new MemifException(
                    result == -Errno.EPERM ? Code.BAD_ADDRESS : Code.SYSTEM,
                    (user + ": cannot give the socket file " + address)
                            + (" to uid " + spec.owner() + " gid " + spec.group())
                            + (" (-1: unchanged): " + Errno.text(-result))
                            + "; only root can change the owner, others can only set a group that they are in",
                    UnixException.of(result, "chown", address));
        }
    }

    /**
     * Binds in place of a stale socket file, under a lock: between our look at the file and its
     * removal another process that also found it stale could have bound there. The lock is held
     * until we are bound, which everybody else takes for alive.
     */
    private int takeOver(Object user, int raw) {
        String path = address.path() + LOCK_SUFFIX;
        OwnedFd lock = lock(user, path);
        try {
            return removeStale(user)
                    ? posix.sockets().bind(raw, address.toBytes())
                    : -Errno.EADDRINUSE;
        } finally {
            posix.files().unlink(path);
            lock.close();
        }
    }

    /** The lock on a file that still has its name; without waiting. */
    private OwnedFd lock(Object user, String path) {
        for (int i = 0; i < LOCK_TRIES; i++) {
            int raw = check(user, "open", posix.files().openLockFile(path));
            OwnedFd fd = OwnedFd.adopt(posix, raw, "lock " + path);
            FileStatus opened = new FileStatus();
            FileStatus named = new FileStatus();
            if (posix.files().fileStatus(raw, opened) >= 0
                    && opened.isRegularFile()
                    && posix.files().tryLock(raw) >= 0
                    && posix.files().fileStatus(path, named) >= 0
                    && same(opened, named)) {
                return fd;
            }
            fd.close();
        }
        throw new MemifException(
                Code.BAD_ADDRESS,
                (user + ": cannot listen on " + address)
                        + (": another process is taking over the stale socket and holds " + path),
                UnixException.of(Errno.EADDRINUSE, "bind", address));
    }

    /**
     * Removes the path if it is a socket that no socket is bound to; returns whether it did, or it
     * is gone already. Asked with a datagram socket, which every memif listener refuses as the
     * wrong type and never hears of: a VPP master does not survive a peer that connects and closes
     * without a word.
     */
    private boolean removeStale(Object user) {
        FileStatus found = new FileStatus();
        int looked = posix.files().fileStatus(address.path(), found);
        if (looked == -Errno.ENOENT) {
            return true;
        }
        check(user, "stat", looked);
        if (!found.isSocket()) {
            throw new MemifException(
                    Code.BAD_ADDRESS,
                    (user + ": cannot listen on " + address)
                            + (found.isSymbolicLink() ? ": a symbolic link" : ": not a socket")
                            + ", and it is left alone",
                    UnixException.of(Errno.EADDRINUSE, "bind", address));
        }
        if (isAlive(user)) {
            return false;
        }
        FileStatus now = new FileStatus();
        int again = posix.files().fileStatus(address.path(), now);
        if (again == -Errno.ENOENT) {
            return true;
        }
        check(user, "stat", again);
        if (!same(found, now)) {
            return false;
        }
        check(user, "unlink", posix.files().unlink(address.path()));
        return true;
    }

    private boolean isAlive(Object user) {
        int raw = check(user, "socket", posix.sockets().socket(SocketCalls.SOCK_DGRAM | FLAGS));
        OwnedFd probe = OwnedFd.adopt(posix, raw, "probe of " + address);
        try {
            return posix.sockets().connect(raw, address.toBytes()) != -Errno.ECONNREFUSED;
        } finally {
            probe.close();
        }
    }

    /** Removes the file if it is still the one we made. */
    private void removeOwn() {
        FileStatus now = new FileStatus();
        if (created && posix.files().fileStatus(address.path(), now) >= 0 && same(own, now)) {
            posix.files().unlink(address.path());
        }
        created = false;
    }

    private static boolean same(FileStatus one, FileStatus other) {
        return one.inode() == other.inode() && one.device() == other.device();
    }

    private int check(Object user, String call, int result) {
        if (result < 0) {
            throw failure(user, true, call, result);
        }
        return result;
    }

    private MemifException failure(Object user, boolean listening, String call, int result) {
        Meaning meaning = listening ? cannotListen(call, result) : cannotConnect(call, result);
        String doing = listening ? ": cannot listen on " : ": cannot connect to ";
        return new MemifException(
                meaning.code,
                user + doing + address + ": " + meaning.text,
                UnixException.of(result, call, address));
    }

    /** What an errno means for who reads it, and what to do about it. */
    private record Meaning(Code code, String text) {}

    private static Meaning badAddress(String text) {
        return new Meaning(Code.BAD_ADDRESS, text);
    }

    private Meaning cannotListen(String call, int result) {
        if (result == -Errno.ENOENT && call.startsWith("ch")) {
            return new Meaning(
                    Code.SYSTEM,
                    call + " needs /proc: mount it, or do not set mode and owner of the file");
        }
        return switch (-result) {
            case Errno.ENOENT -> badAddress("no such directory; create it first, or " + ELSEWHERE);
            case Errno.EROFS -> badAddress("its file system is read-only; " + ELSEWHERE);
            case Errno.EOPNOTSUPP ->
                    badAddress("its file system does not support sockets; " + ELSEWHERE);
            case Errno.EADDRINUSE -> badAddress("another process already listens there");
            case Errno.EACCES, Errno.EPERM ->
                    call.equals("socket")
                            ? other(call, result)
                            : badAddress(
                                    "permission denied; the directory must be writable: "
                                            + ELSEWHERE);
            default -> other(call, result);
        };
    }

    private Meaning cannotConnect(String call, int result) {
        return switch (-result) {
            case Errno.ENOENT ->
                    nobody("no such socket; start the master first, or check the path");
            case Errno.ECONNREFUSED ->
                    isOtherFile()
                            ? badAddress("not a socket")
                            : nobody("connection refused, nobody listens there");
            case Errno.EAGAIN ->
                    new Meaning(Code.NOBODY_LISTENS, "the master's queue of connections is full");
            case Errno.EACCES, Errno.EPERM ->
                    call.equals("socket") ? other(call, result) : badAddress(noPermission());
            case Errno.EPROTOTYPE ->
                    badAddress("a socket of another type listens there; memif needs SEQPACKET");
            default -> other(call, result);
        };
    }

    private String noPermission() {
        FileStatus status = new FileStatus();
        if (address.isAbstract() || posix.files().targetStatus(address.path(), status) < 0) {
            return "permission denied; connecting needs access to the directory of the socket, and"
                    + " write permission on it";
        }
        return ("permission denied; the socket belongs to uid "
                        + Integer.toUnsignedString(status.uid()))
                + (" gid " + Integer.toUnsignedString(status.gid()))
                + (", its mode is " + Integer.toOctalString(status.mode() & 0777))
                + ", and connecting needs write permission: run as its owner, or have the owner"
                + " change mode or group";
    }

    /** Where a container's view of files and names is not that of the master. */
    private Meaning nobody(String text) {
        return new Meaning(
                Code.NOBODY_LISTENS,
                address.isAbstract()
                        ? text + "; an abstract name is seen only in its own network namespace"
                        : text + "; abstract names, DPDK's default, begin with @");
    }

    private Meaning other(String call, int result) {
        return switch (-result) {
            case Errno.ENOTDIR -> badAddress("a part of the path is not a directory");
            case Errno.ELOOP -> badAddress("its symbolic links form a loop; " + ELSEWHERE);
            case Errno.EMFILE, Errno.ENFILE -> new Meaning(Code.LIMIT, posix.explain(result));
            default -> new Meaning(Code.SYSTEM, call + ": " + Posix.explainAny(call, result));
        };
    }

    /** Whether the path leads to something else than a socket. */
    private boolean isOtherFile() {
        FileStatus status = new FileStatus();
        return !address.isAbstract()
                && posix.files().targetStatus(address.path(), status) >= 0
                && !status.isSocket();
    }

    /**
     * Takes a socket that the caller made and that listens already: inherited from a supervisor, or
     * passed by another process. It does not block afterwards.
     *
     * @param fd stays the caller's if this throws
     * @return its address
     * @throws MemifException if it is not a listening AF_UNIX SOCK_SEQPACKET socket
     */
    public static UnixAddress checkListening(OwnedFd fd) {
        UnixAddress address = prepare(fd, true);
        if (address.isUnnamed()) {
            throw unusable(fd, "it listens without an address", null);
        }
        return address;
    }

    /**
     * Takes a socket that the caller made and that is connected already. It does not block
     * afterwards.
     *
     * @param fd stays the caller's if this throws
     * @throws MemifException if it is not a connected AF_UNIX SOCK_SEQPACKET socket
     */
    public static void checkConnected(OwnedFd fd) {
        prepare(fd, false);
    }

    private static UnixAddress prepare(OwnedFd fd, boolean listening) {
        SocketCalls calls = Posix.of(fd.calls()).sockets();
        int number = fd.acquire();
        try {
            int domain = calls.getSocketOption(number, SocketCalls.SO_DOMAIN);
            if (domain < 0) {
                throw unusable(
                        fd,
                        "it is not a socket (" + Errno.text(-domain) + ")",
                        UnixException.of(domain, "getsockopt", fd));
            }
            int type = calls.getSocketOption(number, SocketCalls.SO_TYPE);
            if (domain != SocketCalls.AF_UNIX || type != SocketCalls.SOCK_SEQPACKET) {
                throw unusable(fd, "memif needs AF_UNIX and SOCK_SEQPACKET", null);
            }
            int listens = calls.getSocketOption(number, SocketCalls.SO_ACCEPTCONN);
            if (listens != (listening ? 1 : 0)) {
                throw unusable(fd, listening ? "it does not listen" : "it listens", null);
            }
            byte[] bytes = new byte[SocketCalls.ADDRESS_BYTES];
            int named = listening ? calls.socketName(number, bytes) : calls.peerName(number, bytes);
            if (named < 0) {
                throw unusable(
                        fd,
                        named == -Errno.ENOTCONN ? "it is not connected" : Errno.text(-named),
                        UnixException.of(named, listening ? "getsockname" : "getpeername", fd));
            }
            unblock(fd, number);
            return UnixAddress.ofBytes(bytes, named);
        } finally {
            fd.release();
        }
    }

    private static void unblock(OwnedFd fd, int number) {
        DescriptorCalls calls = Posix.of(fd.calls()).descriptors();
        int flags = calls.statusFlags(number);
        int result =
                flags < 0
                        ? flags
                        : calls.setStatusFlags(number, flags | DescriptorCalls.O_NONBLOCK);
        if (result < 0) {
            throw unusable(
                    fd,
                    "cannot make it non-blocking: " + Errno.text(-result),
                    UnixException.of(result, "fcntl", fd));
        }
    }

    private static MemifException unusable(OwnedFd fd, String why, UnixException cause) {
        return new MemifException(Code.BAD_ADDRESS, "cannot use " + fd + ": " + why, cause);
    }
}
