package io.memif.internal.posix;

/** The system calls this package makes: what an {@link Interposer} is asked about. */
public enum SystemCall {
    /** close(2). */
    CLOSE("close"),
    /** fcntl(2), F_DUPFD_CLOEXEC. */
    DUPLICATE("fcntl"),
    /** fcntl(2), F_GETFL. */
    GET_STATUS_FLAGS("fcntl"),
    /** fcntl(2), F_SETFL. */
    SET_STATUS_FLAGS("fcntl"),
    /** fcntl(2), F_SETFD. */
    SET_DESCRIPTOR_FLAGS("fcntl"),
    /** fcntl(2), F_GETFD. */
    GET_DESCRIPTOR_FLAGS("fcntl"),
    /** read(2). */
    READ("read"),
    /** write(2). */
    WRITE("write"),
    /** preadv2(2). */
    READ_NOW("preadv2"),
    /** io_setup(2). */
    IO_SETUP("syscall"),
    /** io_submit(2). */
    IO_SUBMIT("syscall"),
    /** io_getevents(2). */
    IO_GETEVENTS("syscall"),
    /** eventfd(2). */
    EVENTFD("eventfd"),
    /** socket(2). */
    SOCKET("socket"),
    /** socketpair(2). */
    SOCKETPAIR("socketpair"),
    /** bind(2). */
    BIND("bind"),
    /** listen(2). */
    LISTEN("listen"),
    /** accept4(2). */
    ACCEPT("accept4"),
    /** connect(2). */
    CONNECT("connect"),
    /** shutdown(2). */
    SHUTDOWN("shutdown"),
    /** getsockname(2). */
    GETSOCKNAME("getsockname"),
    /** getpeername(2). */
    GETPEERNAME("getpeername"),
    /** getsockopt(2). */
    GETSOCKOPT("getsockopt"),
    /** setsockopt(2). */
    SETSOCKOPT("setsockopt"),
    /** sendmsg(2). */
    SENDMSG("sendmsg"),
    /** recvmsg(2). */
    RECVMSG("recvmsg"),
    /** epoll_create1(2). */
    EPOLL_CREATE("epoll_create1"),
    /** epoll_ctl(2). */
    EPOLL_CTL("epoll_ctl"),
    /** epoll_wait(2). */
    EPOLL_WAIT("epoll_wait"),
    /** poll(2). */
    POLL("poll"),
    /** memfd_create(2). */
    MEMFD_CREATE("memfd_create"),
    /** ftruncate(2). */
    FTRUNCATE("ftruncate"),
    /** fallocate(2). */
    FALLOCATE("fallocate"),
    /** mmap(2) of a file. */
    MMAP("mmap"),
    /** mmap(2) of anonymous pages in place of a file's. */
    REPLACE_PAGES("mmap"),
    /** munmap(2). */
    MUNMAP("munmap"),
    /** madvise(2), MADV_DONTNEED. */
    LET_PAGES_GO("madvise"),
    /** membarrier(2). */
    MEMBARRIER("syscall"),
    /** fcntl(2), F_ADD_SEALS. */
    ADD_SEALS("fcntl"),
    /** fcntl(2), F_GET_SEALS. */
    GET_SEALS("fcntl"),
    /** fstat(2). */
    FSTAT("syscall"),
    /** lstat(2). */
    LSTAT("syscall"),
    /** stat(2). */
    STAT("syscall"),
    /** fstatfs(2). */
    FSTATFS("fstatfs"),
    /** readlink(2). */
    READLINK("readlink"),
    /** chmod(2). */
    CHMOD("chmod"),
    /** chown(2). */
    CHOWN("chown"),
    /** open(2). */
    OPEN("open"),
    /** open(2) of a device. */
    OPEN_DEVICE("open"),
    /** ioctl(2), TUNSETIFF. */
    TUN_SET_INTERFACE("ioctl"),
    /** ioctl(2), TUNSETOFFLOAD. */
    TUN_SET_OFFLOAD("ioctl"),
    /** ioctl(2), SIOCGIFMTU. */
    INTERFACE_GET_MTU("ioctl"),
    /** ioctl(2), SIOCSIFMTU. */
    INTERFACE_SET_MTU("ioctl"),
    /** ioctl(2), SIOCGIFFLAGS. */
    INTERFACE_GET_FLAGS("ioctl"),
    /** ioctl(2), SIOCSIFFLAGS. */
    INTERFACE_SET_FLAGS("ioctl"),
    /** flock(2). */
    FLOCK("flock"),
    /** unlink(2). */
    UNLINK("unlink"),
    /** getrlimit(2). */
    GETRLIMIT("getrlimit"),
    /** setrlimit(2). */
    SETRLIMIT("setrlimit");

    /** The function of libc that makes it. */
    final String function;

    SystemCall(String function) {
        this.function = function;
    }
}
