package io.memif.internal.control;

import io.memif.MemifException;
import io.memif.MemifException.Code;
import io.memif.internal.posix.DescriptorCalls;
import io.memif.internal.posix.Errno;
import io.memif.internal.posix.Posix;
import io.memif.internal.posix.SocketCalls;
import io.memif.unix.OwnedFd;
import io.memif.unix.UnixAddress;

/**
 * Checks and prepares sockets that the caller made: inherited from a supervisor, passed by another
 * process, or one end of a pair.
 */
public final class GivenSocket {
    private GivenSocket() {}

    /**
     * Takes a socket that listens already.
     *
     * @param fd stays the caller's if this throws
     * @return its address
     * @throws MemifException if it is no listening AF_UNIX SOCK_SEQPACKET socket
     */
    public static UnixAddress listening(OwnedFd fd) {
        UnixAddress address = prepare(fd, true);
        if (address.isUnnamed()) {
            throw refused(fd, "it listens without an address");
        }
        return address;
    }

    /**
     * Takes a socket that is connected already.
     *
     * @param fd stays the caller's if this throws
     * @throws MemifException if it is no connected AF_UNIX SOCK_SEQPACKET socket
     */
    public static void connected(OwnedFd fd) {
        prepare(fd, false);
    }

    private static UnixAddress prepare(OwnedFd fd, boolean listening) {
        SocketCalls calls = Posix.of(fd.calls()).sockets();
        int number = fd.acquire();
        try {
            int domain = calls.getSocketOption(number, SocketCalls.SO_DOMAIN);
            if (domain < 0) {
                throw refused(fd, "it is no socket (" + Errno.text(-domain) + ")");
            }
            int type = calls.getSocketOption(number, SocketCalls.SO_TYPE);
            if (domain != SocketCalls.AF_UNIX || type != SocketCalls.SOCK_SEQPACKET) {
                throw refused(fd, "memif needs AF_UNIX and SOCK_SEQPACKET");
            }
            int listens = calls.getSocketOption(number, SocketCalls.SO_ACCEPTCONN);
            if (listens != (listening ? 1 : 0)) {
                throw refused(fd, listening ? "it does not listen" : "it listens");
            }
            byte[] address = new byte[SocketCalls.ADDRESS_BYTES];
            int named =
                    listening ? calls.socketName(number, address) : calls.peerName(number, address);
            if (named < 0) {
                throw refused(
                        fd, named == -Errno.ENOTCONN ? "it is not connected" : Errno.text(-named));
            }
            unblock(fd, number);
            return UnixAddress.ofBytes(address, named);
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
            throw refused(fd, "cannot make it non-blocking: " + Errno.text(-result));
        }
    }

    private static MemifException refused(OwnedFd fd, String why) {
        return new MemifException(Code.BAD_ADDRESS, "cannot use " + fd + ": " + why, null);
    }
}
