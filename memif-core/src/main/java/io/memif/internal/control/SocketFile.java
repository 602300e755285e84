package io.memif.internal.control;

import io.memif.MemifException.Code;
import io.memif.internal.posix.Errno;
import io.memif.internal.posix.FileStatus;
import io.memif.internal.posix.Posix;
import io.memif.internal.posix.SocketCalls;
import io.memif.unix.OwnedFd;
import io.memif.unix.UnixAddress;

/**
 * Binds a listener's address. A stale socket file is taken over, a live one or another kind of file
 * never; the file is made ready before anybody can connect, and only our own is removed.
 */
final class SocketFile implements ListenSource {
    private final Posix posix;
    private final UnixAddress address;
    private final ListenSpec spec;
    private final FileStatus own = new FileStatus();
    private boolean created;

    SocketFile(Posix posix, UnixAddress address, ListenSpec spec) {
        this.posix = posix;
        this.address = address;
        this.spec = spec;
    }

    /** Binds, sets owner and mode, and listens: before that nobody can connect. */
    @Override
    public OwnedFd open(int backlog) throws ConnectFailure {
        int type =
                SocketCalls.SOCK_SEQPACKET | SocketCalls.SOCK_CLOEXEC | SocketCalls.SOCK_NONBLOCK;
        int raw = check(posix.sockets().socket(type));
        OwnedFd fd = OwnedFd.adopt(posix, raw, "listener on " + address);
        try {
            int result = posix.sockets().bind(raw, address.toBytes());
            if (result == -Errno.EADDRINUSE && removeStale()) {
                result = posix.sockets().bind(raw, address.toBytes());
            }
            check(result);
            if (!address.isAbstract()) {
                prepareFile();
            }
            check(posix.sockets().listen(raw, backlog));
            return fd;
        } catch (ConnectFailure e) {
            fd.close();
            remove();
            throw e;
        }
    }

    private void prepareFile() throws ConnectFailure {
        check(posix.files().fileStatus(address.path(), own));
        created = true;
        if (spec.owner() != ListenSpec.UNCHANGED || spec.group() != ListenSpec.UNCHANGED) {
            int result = posix.files().chown(address.path(), spec.owner(), spec.group());
            if (result < 0) {
                throw new ConnectFailure(
                        result == -Errno.EPERM ? Code.BAD_ADDRESS : Code.SYSTEM,
                        "cannot give the socket file "
                                + address
                                + " to uid "
                                + spec.owner()
                                + " gid "
                                + spec.group()
                                + " (-1: unchanged): "
                                + Errno.text(-result)
                                + "; only root gives files away, others may set a group they are"
                                + " in");
            }
        }
        if (spec.mode() != ListenSpec.UNCHANGED) {
            check(posix.files().chmod(address.path(), spec.mode()));
        }
    }

    /**
     * Removes the path if it is a socket that no socket is bound to any more; answers whether it
     * did, or it is gone already. Asked with a datagram socket, which every memif listener refuses
     * as the wrong type and never hears of: a VPP master does not survive a peer that connects and
     * closes without a word.
     */
    private boolean removeStale() throws ConnectFailure {
        if (address.isAbstract()) {
            return false;
        }
        FileStatus found = new FileStatus();
        int looked = posix.files().fileStatus(address.path(), found);
        if (looked == -Errno.ENOENT) {
            return true;
        }
        check(looked);
        if (!found.isSocket()) {
            throw new ConnectFailure(
                    Code.BAD_ADDRESS,
                    "cannot listen on " + address + ": not a socket, and it is left alone");
        }
        if (isAlive()) {
            return false;
        }
        FileStatus now = new FileStatus();
        int again = posix.files().fileStatus(address.path(), now);
        if (again == -Errno.ENOENT) {
            return true;
        }
        check(again);
        if (!same(found, now)) {
            return false;
        }
        check(posix.files().unlink(address.path()));
        return true;
    }

    private boolean isAlive() throws ConnectFailure {
        int type = SocketCalls.SOCK_DGRAM | SocketCalls.SOCK_CLOEXEC | SocketCalls.SOCK_NONBLOCK;
        int raw = check(posix.sockets().socket(type));
        OwnedFd probe = OwnedFd.adopt(posix, raw, "probe of " + address);
        try {
            return posix.sockets().connect(raw, address.toBytes()) != -Errno.ECONNREFUSED;
        } finally {
            probe.close();
        }
    }

    private boolean isStill(FileStatus which) {
        FileStatus now = new FileStatus();
        return posix.files().fileStatus(address.path(), now) >= 0 && same(which, now);
    }

    private static boolean same(FileStatus one, FileStatus other) {
        return one.inode() == other.inode() && one.device() == other.device();
    }

    @Override
    public void release(OwnedFd fd) {
        remove();
        fd.close();
    }

    /** Nothing is left after {@link #release}. */
    @Override
    public void close() {}

    /** Removes the file if it is still the one we made. */
    private void remove() {
        if (created && isStill(own)) {
            posix.files().unlink(address.path());
        }
        created = false;
    }

    private int check(int result) throws ConnectFailure {
        if (result >= 0) {
            return result;
        }
        String text = "cannot listen on " + address + ": ";
        throw switch (-result) {
            case Errno.EADDRINUSE ->
                    new ConnectFailure(
                            Code.BAD_ADDRESS, text + "another process listens there already");
            case Errno.ENOENT ->
                    new ConnectFailure(
                            Code.BAD_ADDRESS, text + "no such directory; create it first");
            case Errno.ENOTDIR ->
                    new ConnectFailure(
                            Code.BAD_ADDRESS, text + "a part of the path is no directory");
            case Errno.EACCES, Errno.EPERM ->
                    new ConnectFailure(
                            Code.BAD_ADDRESS,
                            text + "permission denied; the directory must be writable");
            case Errno.EMFILE, Errno.ENFILE ->
                    new ConnectFailure(Code.LIMIT, text + posix.explain(result));
            default -> new ConnectFailure(Code.SYSTEM, text + Errno.text(-result));
        };
    }
}
