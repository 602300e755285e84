package io.memif.internal.posix;

/** The system calls this package makes, as names for an {@link Interposer}. */
public enum SystemCall {
    /** close(2). */
    CLOSE,
    /** fcntl(2), F_DUPFD_CLOEXEC. */
    DUPLICATE,
    /** fcntl(2), F_GETFL. */
    GET_STATUS_FLAGS,
    /** fcntl(2), F_SETFL. */
    SET_STATUS_FLAGS,
    /** fcntl(2), F_SETFD. */
    SET_DESCRIPTOR_FLAGS,
    /** fcntl(2), F_GETFD. */
    GET_DESCRIPTOR_FLAGS,
    /** read(2). */
    READ,
    /** write(2). */
    WRITE,
    /** preadv2(2). */
    READ_NOW,
    /** io_setup(2). */
    IO_SETUP,
    /** io_submit(2). */
    IO_SUBMIT,
    /** eventfd(2). */
    EVENTFD,
    /** socket(2). */
    SOCKET,
    /** socketpair(2). */
    SOCKETPAIR,
    /** bind(2). */
    BIND,
    /** listen(2). */
    LISTEN,
    /** accept4(2). */
    ACCEPT,
    /** connect(2). */
    CONNECT,
    /** shutdown(2). */
    SHUTDOWN,
    /** getsockname(2). */
    GETSOCKNAME,
    /** getpeername(2). */
    GETPEERNAME,
    /** getsockopt(2). */
    GETSOCKOPT,
    /** setsockopt(2). */
    SETSOCKOPT,
    /** sendmsg(2). */
    SENDMSG,
    /** recvmsg(2). */
    RECVMSG,
    /** epoll_create1(2). */
    EPOLL_CREATE,
    /** epoll_ctl(2). */
    EPOLL_CTL,
    /** epoll_wait(2). */
    EPOLL_WAIT,
    /** poll(2). */
    POLL,
    /** memfd_create(2). */
    MEMFD_CREATE,
    /** ftruncate(2). */
    FTRUNCATE,
    /** fallocate(2). */
    FALLOCATE,
    /** mmap(2) of a file. */
    MMAP,
    /** mmap(2) of anonymous pages in place of a file's. */
    REPLACE_PAGES,
    /** munmap(2). */
    MUNMAP,
    /** membarrier(2). */
    MEMBARRIER,
    /** fcntl(2), F_ADD_SEALS. */
    ADD_SEALS,
    /** fcntl(2), F_GET_SEALS. */
    GET_SEALS,
    /** fstat(2). */
    FSTAT,
    /** lstat(2). */
    LSTAT,
    /** chmod(2). */
    CHMOD,
    /** chown(2). */
    CHOWN,
    /** open(2). */
    OPEN,
    /** flock(2). */
    FLOCK,
    /** unlink(2). */
    UNLINK,
    /** getrlimit(2). */
    GETRLIMIT,
    /** setrlimit(2). */
    SETRLIMIT
}
