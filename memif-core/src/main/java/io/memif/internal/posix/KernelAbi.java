package io.memif.internal.posix;

/** Numbers and layouts in which the kernels of 64-bit Linux differ by processor. */
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

    /** The ABI of a system that Java names so, null if it is none of ours. */
    static KernelAbi of(String osName, String osArch) {
        if (!osName.equals("Linux")) {
            return null;
        }
        for (KernelAbi abi : values()) {
            if (abi.javaName.equals(osArch)) {
                return abi;
            }
        }
        return null;
    }
}
