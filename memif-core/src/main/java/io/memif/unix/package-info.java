/**
 * Owned file descriptors, event descriptors, AF_UNIX sockets and an epoll poll group with timers;
 * useful without memif.
 *
 * <p>A descriptor here has one owner, one close, and a name for messages. What the system refuses
 * is a {@link io.memif.unix.UnixException}. 64-bit little-endian Linux with glibc is needed: the
 * first use says so with an {@link java.lang.UnsupportedOperationException} elsewhere.
 */
package io.memif.unix;
