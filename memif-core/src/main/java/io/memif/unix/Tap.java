package io.memif.unix;

import io.memif.internal.posix.Errno;
import io.memif.internal.posix.Posix;
import io.memif.internal.posix.SocketCalls;
import io.memif.internal.posix.TapCalls;
import io.memif.unix.UnixException.Kind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A tap: a network interface of the host whose other end is this object. Ethernet frames that the
 * host's own stack sends over it are read here, and frames written here reach the host as if they
 * came over a cable. One queue.
 *
 * <pre>{@code
 * try (Tap tap = Tap.open("memif0")) {
 *     tap.bringUp();
 *     ByteBuffer frame = ByteBuffer.allocateDirect(tap.mtu() + Tap.HEADER_BYTES + 1);
 *     System.out.println(tap.read(frame) + " bytes");
 * }
 * }</pre>
 *
 * <p>Frames begin with the destination address, without a checksum at the end and without a header
 * before them. Offloads are refused: the kernel computes every checksum and sends no frame longer
 * than the MTU, and a frame that is written must be complete in the same way.
 *
 * <p>The interface goes with the tap, unless an administrator made it persistent. {@link #read} and
 * {@link #write} allocate nothing and never wait; one thread may read while another writes, and the
 * other methods are for any thread. To wait for frames, add {@link #fd()} to a {@link PollGroup}.
 */
public final class Tap implements AutoCloseable {
    /** Smallest MTU that is set, in bytes. */
    public static final int MIN_MTU = 68;

    /** Largest MTU that is set, in bytes. */
    public static final int MAX_MTU = 9000;

    /** What a frame has besides the packet that the MTU limits: Ethernet header and a VLAN tag. */
    public static final int HEADER_BYTES = 18;

    private static final String DEVICE = "/dev/net/tun";
    private static final int FLAGS = TapCalls.IFF_TAP | TapCalls.IFF_NO_PI;

    private final Posix posix;
    private final OwnedFd fd;
    private final String name;

    private Tap(Posix posix, OwnedFd fd, String name) {
        this.posix = posix;
        this.fd = fd;
        this.name = name;
    }

    /**
     * Makes a tap, or takes over one that an administrator made persistent and nobody uses. A new
     * one is down; see {@link #bringUp}.
     *
     * @param name of the interface, 1 to 15 bytes; with {@code %d} in it the kernel puts in the
     *     first free number
     * @return the tap, the caller's to close
     * @throws UnixException with what to do about it: ENOENT if the kernel offers no taps, EPERM
     *     without the capability CAP_NET_ADMIN, EBUSY if another process uses it, EINVAL if another
     *     kind of interface has the name
     * @throws IllegalArgumentException if the kernel takes no such name
     */
    public static Tap open(String name) {
        return open(Posix.shared(), name);
    }

    /**
     * Like {@link #open(String)}, through given system calls.
     *
     * @param calls the system calls
     * @param name of the interface
     * @return the tap, the caller's to close
     * @throws UnixException as above
     * @throws IllegalArgumentException if the kernel takes no such name
     */
    public static Tap open(SystemCalls calls, String name) {
        checkName(name);
        Posix posix = Posix.of(calls);
        int made = posix.files().openDevice(DEVICE);
        if (made < 0) {
            throw UnixException.of(Kind.CALL_FAILED, made, "open", DEVICE, openAdvice(-made), null);
        }
        OwnedFd fd = OwnedFd.adopt(posix, made, "tap");
        try {
            return attach(posix, fd, made, name);
        } catch (RuntimeException e) {
            fd.discard();
            throw e;
        }
    }

    private static Tap attach(Posix posix, OwnedFd fd, int number, String name) {
        byte[] actual = new byte[TapCalls.MAX_NAME];
        int length = posix.taps().setInterface(number, name, FLAGS, actual);
        if (length < 0) {
            throw UnixException.of(
                    Kind.CALL_FAILED,
                    length,
                    "ioctl(TUNSETIFF)",
                    "tap " + name,
                    attachAdvice(-length),
                    null);
        }
        // A persistent tap may have been used by somebody who took offloads.
        int refused = posix.taps().refuseOffloads(number);
        if (refused < 0) {
            throw UnixException.of(refused, "ioctl(TUNSETOFFLOAD)", "tap " + name);
        }
        return new Tap(posix, fd, new String(actual, 0, length, StandardCharsets.UTF_8));
    }

    private static void checkName(String name) {
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        boolean taken =
                bytes >= 1
                        && bytes <= TapCalls.MAX_NAME
                        && !name.equals(".")
                        && !name.equals("..")
                        && name.chars().noneMatch(c -> c <= ' ' || c == '/' || c == ':');
        if (!taken) {
            throw new IllegalArgumentException(
                    "the interface name '"
                            + name
                            + "' needs 1 to "
                            + TapCalls.MAX_NAME
                            + " bytes, and no blank, slash or colon");
        }
    }

    private static String openAdvice(int errno) {
        return switch (errno) {
            case Errno.ENOENT, Errno.ENXIO, Errno.ENODEV ->
                    "; the kernel offers no taps here: load its module (modprobe tun), and give a"
                            + " container the device (--device /dev/net/tun)";
            case Errno.EACCES, Errno.EPERM ->
                    "; this process may not open it: a container needs the device among its own"
                            + " (--device /dev/net/tun)";
            default -> "";
        };
    }

    private static String attachAdvice(int errno) {
        return switch (errno) {
            case Errno.EPERM ->
                    "; making a tap needs the capability CAP_NET_ADMIN in this network namespace;"
                            + " without it an administrator can make one for this user (ip tuntap"
                            + " add dev NAME mode tap user USER)";
            case Errno.EBUSY -> "; another process uses the tap";
            case Errno.EINVAL ->
                    "; an interface of this name exists and is not a tap with one queue";
            default -> "";
        };
    }

    /**
     * Name of the interface.
     *
     * @return as the kernel has it
     */
    public String name() {
        return name;
    }

    /**
     * The descriptor, to wait on: ready to be read when a frame is there.
     *
     * @return stays the tap's
     */
    public OwnedFd fd() {
        return fd;
    }

    /**
     * The interface's MTU now; an administrator may change it at any time.
     *
     * @return bytes of a packet, without its Ethernet header
     * @throws UnixException if the kernel refuses, or this was closed
     */
    public int mtu() {
        return configure("ioctl(SIOCGIFMTU)", socket -> posix.taps().mtu(socket, name));
    }

    /**
     * Sets the interface's MTU.
     *
     * @param bytes of a packet, without its Ethernet header: {@link #MIN_MTU} to {@link #MAX_MTU}
     * @throws UnixException if the kernel refuses, or this was closed
     * @throws IllegalArgumentException if it is out of range
     */
    public void mtu(int bytes) {
        if (bytes < MIN_MTU || bytes > MAX_MTU) {
            throw new IllegalArgumentException(
                    "mtu=" + bytes + " is not within " + MIN_MTU + " to " + MAX_MTU);
        }
        configure("ioctl(SIOCSIFMTU)", socket -> posix.taps().setMtu(socket, name, bytes));
    }

    /**
     * Makes the interface administratively up, so that the host uses it.
     *
     * @throws UnixException if the kernel refuses, or this was closed
     */
    public void bringUp() {
        configure("ioctl(SIOCSIFFLAGS)", socket -> posix.taps().bringUp(socket, name));
    }

    /** A call that takes a socket and the interface's name. */
    @FunctionalInterface
    private interface InterfaceCall {
        int on(int socket);
    }

    /** By a socket of its own: a tap's descriptor does not take these calls. */
    private int configure(String call, InterfaceCall attempt) {
        fd.acquire();
        try {
            int type = SocketCalls.SOCK_DGRAM | SocketCalls.SOCK_CLOEXEC;
            int made = posix.sockets().socket(type);
            OwnedFd socket = OwnedFd.adopt(posix, made, "socket for " + call);
            try {
                int result = attempt.on(made);
                if (result < 0) {
                    String advice =
                            result == -Errno.EPERM
                                    ? "; it needs the capability CAP_NET_ADMIN in this network"
                                            + " namespace"
                                    : "";
                    throw UnixException.of(
                            Kind.CALL_FAILED, result, call, "tap " + name, advice, null);
                }
                return result;
            } finally {
                socket.close();
            }
        } finally {
            fd.release();
        }
    }

    /**
     * Reads a frame that the host sends, into a buffer from its position to its limit, neither of
     * which is moved. A longer frame is cut. To notice that, offer one byte more than the sum of
     * the MTU and {@link #HEADER_BYTES}: a result that fills all of it means that the frame was
     * cut.
     *
     * @param direct a direct buffer
     * @return bytes read, or the negative errno, see {@link DescriptorChannel#isAgain}: no frame is
     *     there
     * @throws UnixException {@link Kind#NOT_OWNED} if this was closed
     */
    public int read(ByteBuffer direct) {
        return fd.read(direct);
    }

    /**
     * Gives the host a frame: the bytes of a buffer from its position to its limit, neither of
     * which is moved.
     *
     * @param direct a direct buffer with at least 14 bytes
     * @return bytes written, all there were, or the negative errno: EIO while the interface is
     *     down, EINVAL for anything that is not a frame
     * @throws UnixException {@link Kind#NOT_OWNED} if this was closed
     */
    public int write(ByteBuffer direct) {
        int number = fd.acquire();
        try {
            return posix.descriptors().write(number, direct);
        } finally {
            fd.release();
        }
    }

    /** Closes the descriptor, and with it the interface unless it is persistent. Idempotent. */
    @Override
    public void close() {
        fd.close();
    }

    /** Name of the interface, and the descriptor's number. */
    @Override
    public String toString() {
        return fd + ", interface " + name;
    }
}
