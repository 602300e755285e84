package io.memif.internal.control;

import io.memif.MemifException.Code;
import io.memif.internal.posix.Errno;
import io.memif.internal.posix.FileStatus;
import io.memif.internal.posix.Posix;
import io.memif.internal.posix.SocketCalls;
import io.memif.unix.OwnedFd;
import io.memif.unix.UnixAddress;

/** Connects control sockets to a master's address. */
final class Connector implements ConnectSource {
    private final Posix posix;
    private final UnixAddress address;

    Connector(Posix posix, UnixAddress address) {
        this.posix = posix;
        this.address = address;
    }

    @Override
    public OwnedFd connect() throws ConnectFailure {
        int type =
                SocketCalls.SOCK_SEQPACKET | SocketCalls.SOCK_CLOEXEC | SocketCalls.SOCK_NONBLOCK;
        int raw = posix.sockets().socket(type);
        if (raw < 0) {
            throw failure(raw);
        }
        OwnedFd fd = OwnedFd.adopt(posix, raw, "control socket to " + address);
        int result = posix.sockets().connect(raw, address.toBytes());
        if (result < 0) {
            fd.close();
            throw failure(result);
        }
        return fd;
    }

    @Override
    public boolean again() {
        return true;
    }

    /** Keeps nothing open. */
    @Override
    public void close() {}

    private ConnectFailure failure(int result) {
        String text = "cannot connect to " + address + ": ";
        return switch (-result) {
            case Errno.ENOENT ->
                    new ConnectFailure(
                            Code.NOBODY_LISTENS,
                            text + "no such socket; start the master first, or check the path");
            case Errno.ECONNREFUSED -> refused(text);
            case Errno.EAGAIN ->
                    ConnectFailure.busy(text + "the master's queue of connections is full");
            case Errno.EACCES, Errno.EPERM ->
                    new ConnectFailure(
                            Code.BAD_ADDRESS,
                            text
                                    + "permission denied; connecting needs write permission on the"
                                    + " socket and access to its directory");
            case Errno.ENOTDIR ->
                    new ConnectFailure(
                            Code.BAD_ADDRESS, text + "a part of the path is no directory");
            case Errno.EPROTOTYPE ->
                    new ConnectFailure(
                            Code.BAD_ADDRESS,
                            text + "a socket of another type listens there; memif needs SEQPACKET");
            case Errno.EMFILE, Errno.ENFILE ->
                    new ConnectFailure(Code.LIMIT, text + posix.explain(result));
            default -> new ConnectFailure(Code.SYSTEM, text + Errno.text(-result));
        };
    }

    private ConnectFailure refused(String text) {
        FileStatus status = new FileStatus();
        boolean looked =
                !address.isAbstract() && posix.files().fileStatus(address.path(), status) >= 0;
        if (looked && !status.isSocket()) {
            return new ConnectFailure(Code.BAD_ADDRESS, text + "not a socket");
        }
        return new ConnectFailure(
                Code.NOBODY_LISTENS, text + "connection refused, nobody listens there");
    }
}
