package io.memif.internal.posix;

import com.kenai.jffi.MemoryIO;
import java.nio.Buffer;
import java.nio.ByteBuffer;

/**
 * Calls that map files into memory. Thread-safe; see {@link Posix} for results.
 *
 * <p>Addresses and lengths are whole pages of the mapped file, which the caller sees to.
 */
public final class MemoryCalls {
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_SHARED = 1;
    private static final int MAP_PRIVATE = 2;
    private static final int MAP_FIXED = 0x10;
    private static final int MAP_ANONYMOUS = 0x20;
    private static final int MAP_NORESERVE = 0x4000;

    private static final int MADV_DONTNEED = 4;

    private static final int PRIVATE_EXPEDITED = 1 << 3;
    private static final int REGISTER_PRIVATE_EXPEDITED = 1 << 4;

    static {
        loadScopeOfBuffers();
    }

    private final KernelAbi abi;
    private final long pageSize;
    private final Gate gate;

    MemoryCalls(KernelAbi abi, long pageSize, Gate gate) {
        this.abi = abi;
        this.pageSize = pageSize;
        this.gate = gate;
    }

    /**
     * Loads the class of a buffer's scope, which these methods return and nobody else needs here.
     * While it is not loaded, the JIT compiler inlines no access to a buffer, and the polling loops
     * that it compiles until then stay as they are: up to three times as slow.
     */
    @SuppressWarnings("ReturnValueIgnored")
    private static void loadScopeOfBuffers() {
        Buffer.class.getDeclaredMethods();
    }

    /**
     * The size of this kernel's ordinary pages.
     *
     * @return bytes: 4096 on x86-64, also 16384 or 65536 on aarch64
     */
    public long pageSize() {
        return pageSize;
    }

    /**
     * Maps a part of a file, shared, readable and writable.
     *
     * @param fd the file, open for reading and writing
     * @param offset of the first byte in the file
     * @param length bytes
     */
    public long map(int fd, long offset, long length) {
        return gate.callForAddress(
                SystemCall.MMAP, 0, length, PROT_READ_WRITE, MAP_SHARED, fd, offset);
    }

    /**
     * Replaces what is mapped by anonymous pages, which read as zeros. The addresses stay usable at
     * every moment; the file behind them is let go.
     *
     * @param length bytes
     * @return 0 or the negative errno (ENOMEM where the kernel commits memory in advance). Then
     *     nothing has changed since Linux 6.12; before, the mapping may have been removed
     */
    public int replace(long address, long length) {
        int flags = MAP_FIXED | MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
        long result =
                gate.callForAddress(
                        SystemCall.REPLACE_PAGES, address, length, PROT_READ_WRITE, flags, -1, 0);
        return result < 0 ? (int) result : 0;
    }

    /**
     * Has the next access to pages of a mapped file ask the file for them again. What is in them
     * stays there.
     *
     * @param length bytes
     * @return 0 or the negative errno (EINVAL on hugepages before Linux 5.18)
     */
    public int letPagesGo(long address, long length) {
        return gate.call(SystemCall.LET_PAGES_GO, address, length, MADV_DONTNEED);
    }

    /**
     * Removes a mapping: the next access to it ends the JVM.
     *
     * @param length bytes
     */
    public int unmap(long address, long length) {
        return gate.call(SystemCall.MUNMAP, address, length);
    }

    /** Address of a direct buffer's index 0; right as long as the buffer is reachable. */
    public static long address(ByteBuffer direct) {
        return LibC.baseAddress(direct);
    }

    /**
     * Mapped memory as a buffer. Its slices, duplicates and views keep it reachable.
     *
     * @param address of the first byte
     * @param length bytes
     * @return a direct buffer that does not own the memory
     */
    public ByteBuffer buffer(long address, int length) {
        return MemoryIO.getInstance().newDirectByteBuffer(address, length);
    }

    /**
     * Announces that this process will use {@link #barrier}. Once is enough.
     *
     * @return 0 or the negative errno (ENOSYS where kernel or sandbox do not offer it)
     */
    public int registerBarrier() {
        return barrier(REGISTER_PRIVATE_EXPEDITED);
    }

    /**
     * Every thread of this process that runs on another processor passes a full fence before this
     * returns.
     */
    public int barrier() {
        return barrier(PRIVATE_EXPEDITED);
    }

    private int barrier(int command) {
        return gate.call(SystemCall.MEMBARRIER, abi.membarrier, command, 0);
    }
}
