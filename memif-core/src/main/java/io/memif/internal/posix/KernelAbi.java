package io.memif.internal.posix;

import java.nio.ByteOrder;

/**
 * Numbers and layouts in which the kernels of 64-bit Linux differ by processor. Every other number
 * in this package is the same on both; {@code docs/platforms.md} lists them.
 */
enum KernelAbi {
    X86_64("amd64", 12, 4, 24, 28, 262, 324, 206, 208, 209, 0x20000),
    AARCH64("aarch64", 16, 8, 16, 24, 79, 283, 0, 4, 2, 0x8000);

    /** Size of struct epoll_event, packed on x86-64 only, and offset of its data. */
    final int epollEventBytes;

    final int epollDataOffset;

    /** Offsets in struct stat; the group follows the owner. */
    final int statMode;

    final int statUid;

    /** System call numbers. */
    final int newfstatat;

    final int membarrier;
    final int ioSetup;
    final int ioGetevents;
    final int ioSubmit;

    /** O_NOFOLLOW. */
    final int noFollow;

    static final String NEEDED =
            "memif works on 64-bit little-endian Linux with glibc, on x86-64 and aarch64; this is ";

    private final String javaName;

    KernelAbi(
            String javaName,
            int epollEventBytes,
            int epollDataOffset,
            int statMode,
            int statUid,
            int newfstatat,
            int membarrier,
            int ioSetup,
            int ioGetevents,
            int ioSubmit,
            int noFollow) {
        this.javaName = javaName;
        this.epollEventBytes = epollEventBytes;
        this.epollDataOffset = epollDataOffset;
        this.statMode = statMode;
        this.statUid = statUid;
        this.newfstatat = newfstatat;
        this.membarrier = membarrier;
        this.ioSetup = ioSetup;
        this.ioGetevents = ioGetevents;
        this.ioSubmit = ioSubmit;
        this.noFollow = noFollow;
    }

    /**
     * The ABI of a system that Java names so.
     *
     * @throws UnsupportedOperationException if it is none of ours, saying what is needed
     */
    static KernelAbi of(String osName, String osArch, ByteOrder order) {
        for (KernelAbi abi : values()) {
            if (osName.equals("Linux")
                    && abi.javaName.equals(osArch)
                    && order == ByteOrder.LITTLE_ENDIAN) {
                return abi;
            }
        }
        String endian = order == ByteOrder.LITTLE_ENDIAN ? "" : ", big-endian";
        throw new UnsupportedOperationException(NEEDED + osName + " on " + osArch + endian);
    }
}
