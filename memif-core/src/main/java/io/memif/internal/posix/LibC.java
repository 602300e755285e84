package io.memif.internal.posix;

import java.nio.ByteBuffer;
import jnr.ffi.Pointer;
import jnr.ffi.annotations.In;
import jnr.ffi.annotations.Out;
import jnr.ffi.annotations.Variadic;
import jnr.ffi.types.off_t;
import jnr.ffi.types.size_t;

/**
 * Holder of the libc binding. jnr-posix would take longer to wake up than all else together, has not
 * all of these, and encodes paths as the locale says.
 */
final class LibC {
    private LibC() {}

    /**
     * The functions, as libc declares them on 64-bit Linux. Direct buffers are passed by address
     * plus position, without a copy. Public because the binding's generated class lives elsewhere.
     */
    public interface Calls {
        int fcntl(int fd, int command);

        @Variadic(fixedCount = 2)
        int fcntl(int fd, int command, long argument);

        long read(int fd, @Out ByteBuffer direct, long length);

        long write(int fd, @In ByteBuffer direct, long length);

        int eventfd(int initial, int flags);

        int socket(int domain, int type, int protocol);

        int bind(int fd, @In ByteBuffer address, int length);

        int listen(int fd, int backlog);

        int accept4(int fd, @Out ByteBuffer address, @Out ByteBuffer length, int flags);

        int connect(int fd, @In ByteBuffer address, int length);

        int shutdown(int fd, int how);

        int getsockname(int fd, @Out ByteBuffer address, ByteBuffer length);

        int getpeername(int fd, @Out ByteBuffer address, ByteBuffer length);

        int getsockopt(int fd, int level, int option, ByteBuffer value, ByteBuffer length);

        int setsockopt(int fd, int level, int option, @In ByteBuffer value, int length);

        long sendmsg(int fd, ByteBuffer header, int flags);

        long recvmsg(int fd, ByteBuffer header, int flags);

        int epoll_create1(int flags);

        int epoll_ctl(int epfd, int operation, int fd, @In ByteBuffer event);

        int epoll_wait(int epfd, @Out ByteBuffer events, int maxEvents, int timeoutMs);

        int poll(ByteBuffer pollFds, long count, int timeoutMs);

        int memfd_create(@In byte[] name, int flags);

        int fallocate(int fd, int mode, long offset, long length);

        int close(int fd);

        int ftruncate(int fd, long size);

        int socketpair(int domain, int type, int protocol, @Out int[] two);

        int chmod(@In byte[] path, int mode);

        int lchown(@In byte[] path, int uid, int gid);

        int unlink(@In byte[] path);

        int getrlimit(int resource, @Out long[] softAndHard);

        int setrlimit(int resource, @In long[] softAndHard);

        Pointer mmap(
                Pointer address,
                @size_t long length,
                int protection,
                int flags,
                int fd,
                @off_t long offset);

        int munmap(Pointer address, @size_t long length);

        @Variadic(fixedCount = 1)
        long syscall(long number, long first, long second, long third);

        @Variadic(fixedCount = 1)
        long syscall(
                long number, long directory, @In byte[] path, @Out ByteBuffer status, long flags);
    }
}
