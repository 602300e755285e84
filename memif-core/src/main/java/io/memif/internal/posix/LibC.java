package io.memif.internal.posix;

import com.kenai.jffi.CallContext;
import com.kenai.jffi.CallingConvention;
import com.kenai.jffi.Invoker;
import com.kenai.jffi.Library;
import com.kenai.jffi.MemoryIO;
import com.kenai.jffi.Type;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The functions of libc, called through jffi itself: jnr-ffi and jnr-posix above it take longer to
 * wake up than all else together, and jnr-posix encodes paths as the locale says.
 *
 * <p>Every argument and result travels as a 64-bit word, of which the callee looks at what it
 * declares; a result that libc declares as int is to be cast. Direct buffers are passed by address
 * plus position, null as 0.
 */
final class LibC {
    private static final CallContext[] CONTEXTS = new CallContext[7];

    static {
        for (int arity = 0; arity < CONTEXTS.length; arity++) {
            Type[] parameters = new Type[arity];
            Arrays.fill(parameters, Type.SLONG_LONG);
            CONTEXTS[arity] =
                    CallContext.getCallContext(
                            Type.SLONG_LONG, parameters, CallingConvention.DEFAULT, true);
        }
    }

    private final Library library;
    private final Invoker invoker = Invoker.getInstance();
    private final MemoryIO memory = MemoryIO.getInstance();
    private final long close;
    private final long fcntl;
    private final long read;
    private final long write;
    private final long preadv2;
    private final long eventfd;
    private final long socket;
    private final long socketpair;
    private final long bind;
    private final long listen;
    private final long accept4;
    private final long connect;
    private final long shutdown;
    private final long getsockname;
    private final long getpeername;
    private final long getsockopt;
    private final long setsockopt;
    private final long sendmsg;
    private final long recvmsg;
    private final long epollCreate;
    private final long epollCtl;
    private final long epollWait;
    private final long poll;
    private final long memfdCreate;
    private final long ftruncate;
    private final long fallocate;
    private final long chmod;
    private final long chown;
    private final long open;
    private final long flock;
    private final long unlink;
    private final long getrlimit;
    private final long setrlimit;
    private final long mmap;
    private final long munmap;
    private final long syscall;

    LibC(Library library) {
        this.library = library;
        this.close = function("close");
        this.fcntl = function("fcntl");
        this.read = function("read");
        this.write = function("write");
        this.preadv2 = function("preadv2");
        this.eventfd = function("eventfd");
        this.socket = function("socket");
        this.socketpair = function("socketpair");
        this.bind = function("bind");
        this.listen = function("listen");
        this.accept4 = function("accept4");
        this.connect = function("connect");
        this.shutdown = function("shutdown");
        this.getsockname = function("getsockname");
        this.getpeername = function("getpeername");
        this.getsockopt = function("getsockopt");
        this.setsockopt = function("setsockopt");
        this.sendmsg = function("sendmsg");
        this.recvmsg = function("recvmsg");
        this.epollCreate = function("epoll_create1");
        this.epollCtl = function("epoll_ctl");
        this.epollWait = function("epoll_wait");
        this.poll = function("poll");
        this.memfdCreate = function("memfd_create");
        this.ftruncate = function("ftruncate");
        this.fallocate = function("fallocate");
        this.chmod = function("chmod");
        this.chown = function("chown");
        this.open = function("open");
        this.flock = function("flock");
        this.unlink = function("unlink");
        this.getrlimit = function("getrlimit");
        this.setrlimit = function("setrlimit");
        this.mmap = function("mmap");
        this.munmap = function("munmap");
        this.syscall = function("syscall");
    }

    private long function(String name) {
        long address = library.getSymbolAddress(name);
        if (address == 0) {
            throw new UnsatisfiedLinkError("libc has no function " + name);
        }
        return address;
    }

    static void requireDirect(ByteBuffer buffer) {
        if (!buffer.isDirect()) {
            throw new IllegalArgumentException(
                    "a direct buffer is needed: the kernel keeps its address");
        }
    }

    /** Address of index 0 of a direct buffer; stays right as long as the buffer is reachable. */
    static long baseAddress(ByteBuffer buffer) {
        requireDirect(buffer);
        return MemoryIO.getInstance().getDirectBufferAddress(buffer);
    }

    long address(ByteBuffer direct) {
        return direct == null ? 0 : memory.getDirectBufferAddress(direct) + direct.position();
    }

    long close(int fd) {
        return invoker.invokeN1(CONTEXTS[1], close, fd);
    }

    long fcntl(int fd, int command, long argument) {
        return invoker.invokeN3(CONTEXTS[3], fcntl, fd, command, argument);
    }

    long read(int fd, ByteBuffer direct, long length) {
        long result = invoker.invokeN3(CONTEXTS[3], read, fd, address(direct), length);
        Reference.reachabilityFence(direct);
        return result;
    }

    long write(int fd, ByteBuffer direct, long length) {
        long result = invoker.invokeN3(CONTEXTS[3], write, fd, address(direct), length);
        Reference.reachabilityFence(direct);
        return result;
    }

    long preadv2(int fd, ByteBuffer vectors, int count, long offset, int flags) {
        long result =
                invoker.invokeN5(CONTEXTS[5], preadv2, fd, address(vectors), count, offset, flags);
        Reference.reachabilityFence(vectors);
        return result;
    }

    long eventfd(int initial, int flags) {
        return invoker.invokeN2(CONTEXTS[2], eventfd, initial, flags);
    }

    long socket(int domain, int type, int protocol) {
        return invoker.invokeN3(CONTEXTS[3], socket, domain, type, protocol);
    }

    long socketpair(int domain, int type, int protocol, ByteBuffer two) {
        long result =
                invoker.invokeN4(CONTEXTS[4], socketpair, domain, type, protocol, address(two));
        Reference.reachabilityFence(two);
        return result;
    }

    long bind(int fd, ByteBuffer address, int length) {
        long result = invoker.invokeN3(CONTEXTS[3], bind, fd, address(address), length);
        Reference.reachabilityFence(address);
        return result;
    }

    long listen(int fd, int backlog) {
        return invoker.invokeN2(CONTEXTS[2], listen, fd, backlog);
    }

    long accept4(int fd, ByteBuffer address, ByteBuffer length, int flags) {
        long result =
                invoker.invokeN4(
                        CONTEXTS[4], accept4, fd, address(address), address(length), flags);
        Reference.reachabilityFence(address);
        Reference.reachabilityFence(length);
        return result;
    }

    long connect(int fd, ByteBuffer address, int length) {
        long result = invoker.invokeN3(CONTEXTS[3], connect, fd, address(address), length);
        Reference.reachabilityFence(address);
        return result;
    }

    long shutdown(int fd, int how) {
        return invoker.invokeN2(CONTEXTS[2], shutdown, fd, how);
    }

    long getsockname(int fd, ByteBuffer address, ByteBuffer length) {
        long result =
                invoker.invokeN3(CONTEXTS[3], getsockname, fd, address(address), address(length));
        Reference.reachabilityFence(address);
        Reference.reachabilityFence(length);
        return result;
    }

    long getpeername(int fd, ByteBuffer address, ByteBuffer length) {
        long result =
                invoker.invokeN3(CONTEXTS[3], getpeername, fd, address(address), address(length));
        Reference.reachabilityFence(address);
        Reference.reachabilityFence(length);
        return result;
    }

    long getsockopt(int fd, int level, int option, ByteBuffer value, ByteBuffer length) {
        long result =
                invoker.invokeN5(
                        CONTEXTS[5],
                        getsockopt,
                        fd,
                        level,
                        option,
                        address(value),
                        address(length));
        Reference.reachabilityFence(value);
        Reference.reachabilityFence(length);
        return result;
    }

    long setsockopt(int fd, int level, int option, ByteBuffer value, int length) {
        long result =
                invoker.invokeN5(
                        CONTEXTS[5], setsockopt, fd, level, option, address(value), length);
        Reference.reachabilityFence(value);
        return result;
    }

    long sendmsg(int fd, ByteBuffer header, int flags) {
        long result = invoker.invokeN3(CONTEXTS[3], sendmsg, fd, address(header), flags);
        Reference.reachabilityFence(header);
        return result;
    }

    long recvmsg(int fd, ByteBuffer header, int flags) {
        long result = invoker.invokeN3(CONTEXTS[3], recvmsg, fd, address(header), flags);
        Reference.reachabilityFence(header);
        return result;
    }

    long epollCreate(int flags) {
        return invoker.invokeN1(CONTEXTS[1], epollCreate, flags);
    }

    long epollCtl(int epfd, int operation, int fd, ByteBuffer event) {
        long result = invoker.invokeN4(CONTEXTS[4], epollCtl, epfd, operation, fd, address(event));
        Reference.reachabilityFence(event);
        return result;
    }

    long epollWait(int epfd, ByteBuffer events, int maxEvents, int timeoutMs) {
        long result =
                invoker.invokeN4(
                        CONTEXTS[4], epollWait, epfd, address(events), maxEvents, timeoutMs);
        Reference.reachabilityFence(events);
        return result;
    }

    long poll(ByteBuffer entries, long count, int timeoutMs) {
        long result = invoker.invokeN3(CONTEXTS[3], poll, address(entries), count, timeoutMs);
        Reference.reachabilityFence(entries);
        return result;
    }

    long memfdCreate(ByteBuffer name, int flags) {
        long result = invoker.invokeN2(CONTEXTS[2], memfdCreate, address(name), flags);
        Reference.reachabilityFence(name);
        return result;
    }

    long ftruncate(int fd, long size) {
        return invoker.invokeN2(CONTEXTS[2], ftruncate, fd, size);
    }

    long fallocate(int fd, int mode, long offset, long length) {
        return invoker.invokeN4(CONTEXTS[4], fallocate, fd, mode, offset, length);
    }

    long chmod(ByteBuffer path, int mode) {
        long result = invoker.invokeN2(CONTEXTS[2], chmod, address(path), mode);
        Reference.reachabilityFence(path);
        return result;
    }

    long chown(ByteBuffer path, int uid, int gid) {
        long result = invoker.invokeN3(CONTEXTS[3], chown, address(path), uid, gid);
        Reference.reachabilityFence(path);
        return result;
    }

    long open(ByteBuffer path, int flags, int mode) {
        long result = invoker.invokeN3(CONTEXTS[3], open, address(path), flags, mode);
        Reference.reachabilityFence(path);
        return result;
    }

    long flock(int fd, int operation) {
        return invoker.invokeN2(CONTEXTS[2], flock, fd, operation);
    }

    long unlink(ByteBuffer path) {
        long result = invoker.invokeN1(CONTEXTS[1], unlink, address(path));
        Reference.reachabilityFence(path);
        return result;
    }

    long getrlimit(int resource, ByteBuffer softAndHard) {
        long result = invoker.invokeN2(CONTEXTS[2], getrlimit, resource, address(softAndHard));
        Reference.reachabilityFence(softAndHard);
        return result;
    }

    long setrlimit(int resource, ByteBuffer softAndHard) {
        long result = invoker.invokeN2(CONTEXTS[2], setrlimit, resource, address(softAndHard));
        Reference.reachabilityFence(softAndHard);
        return result;
    }

    long mmap(long address, long length, int protection, int flags, int fd, long offset) {
        return invoker.invokeN6(CONTEXTS[6], mmap, address, length, protection, flags, fd, offset);
    }

    long munmap(long address, long length) {
        return invoker.invokeN2(CONTEXTS[2], munmap, address, length);
    }

    /** A system call by number, with up to five arguments; those it has not are ignored. */
    long syscall(int number, long first, long second, long third, long fourth, long fifth) {
        return invoker.invokeN6(CONTEXTS[6], syscall, number, first, second, third, fourth, fifth);
    }
}
