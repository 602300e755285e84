package io.memif.internal.posix;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Calls that work on the kernel's tap devices, and on network interfaces by name. Thread-safe; see
 * {@link Posix} for results. Request numbers and struct ifreq are the same on all processors of
 * {@link KernelAbi}.
 */
public final class TapCalls {
    /** Flag of {@link #setInterface}: a device of Ethernet frames. */
    public static final int IFF_TAP = 2;

    /** Flag of {@link #setInterface}: nothing stands before the frame. */
    public static final int IFF_NO_PI = 0x1000;

    /** Flag of an interface: administratively up. */
    public static final int IFF_UP = 1;

    /** Longest name of an interface in bytes. */
    public static final int MAX_NAME = 15;

    private static final long TUNSETIFF = 0x400454caL;
    private static final long TUNSETOFFLOAD = 0x400454d0L;
    private static final long SIOCGIFFLAGS = 0x8913;
    private static final long SIOCSIFFLAGS = 0x8914;
    private static final long SIOCGIFMTU = 0x8921;
    private static final long SIOCSIFMTU = 0x8922;

    /** struct ifreq: the name, then a union whose largest member has 24 bytes. */
    private static final int IFREQ_BYTES = 40;

    private static final int NAME_BYTES = 16;

    private final Gate gate;

    TapCalls(Gate gate) {
        this.gate = gate;
    }

    /**
     * Ties an open /dev/net/tun to an interface, which is made if there is none of the name.
     *
     * @param name the interface's; with {@code %d} in it, or empty, the kernel chooses a number
     * @param flags {@link #IFF_TAP} and the like, combined
     * @param actual gets the interface's name, {@value #MAX_NAME} bytes at most
     * @return length of the name or the negative errno
     */
    public int setInterface(int fd, String name, int flags, byte[] actual) {
        ByteBuffer request = request(name).putShort(NAME_BYTES, (short) flags);
        int result = ioctl(SystemCall.TUN_SET_INTERFACE, fd, TUNSETIFF, request);
        if (result < 0) {
            return result;
        }
        int length = 0;
        while (length < MAX_NAME && request.get(length) != 0) {
            length++;
        }
        request.get(0, actual, 0, length);
        return length;
    }

    /** Has the kernel compute all checksums and cut all segments itself. */
    public int refuseOffloads(int fd) {
        return gate.call(SystemCall.TUN_SET_OFFLOAD, fd, TUNSETOFFLOAD, 0);
    }

    /**
     * Reads the longest packet of an interface.
     *
     * @param socket any socket of the interface's network namespace
     * @return bytes without the Ethernet header, or the negative errno
     */
    public int mtu(int socket, String name) {
        ByteBuffer request = request(name);
        int result = ioctl(SystemCall.INTERFACE_GET_MTU, socket, SIOCGIFMTU, request);
        return result < 0 ? result : request.getInt(NAME_BYTES);
    }

    /**
     * Sets the longest packet of an interface.
     *
     * @param socket any socket of the interface's network namespace
     * @param bytes without the Ethernet header
     */
    public int setMtu(int socket, String name, int bytes) {
        ByteBuffer request = request(name).putInt(NAME_BYTES, bytes);
        return ioctl(SystemCall.INTERFACE_SET_MTU, socket, SIOCSIFMTU, request);
    }

    /**
     * Makes an interface administratively up, and leaves its other flags alone.
     *
     * @param socket any socket of the interface's network namespace
     */
    public int bringUp(int socket, String name) {
        ByteBuffer request = request(name);
        int result = ioctl(SystemCall.INTERFACE_GET_FLAGS, socket, SIOCGIFFLAGS, request);
        if (result < 0) {
            return result;
        }
        request.putShort(NAME_BYTES, (short) (request.getShort(NAME_BYTES) | IFF_UP));
        return ioctl(SystemCall.INTERFACE_SET_FLAGS, socket, SIOCSIFFLAGS, request);
    }

    private int ioctl(SystemCall call, int fd, long number, ByteBuffer request) {
        return gate.call(call, request, fd, number, LibC.address(request));
    }

    private static ByteBuffer request(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocateDirect(IFREQ_BYTES)
                .order(ByteOrder.nativeOrder())
                .put(0, Arrays.copyOf(bytes, MAX_NAME));
    }
}
