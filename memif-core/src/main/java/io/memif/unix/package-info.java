/**
 * Owned file descriptors, event descriptors, AF_UNIX sockets, and an epoll poll group with timers.
 * Useful without memif.
 *
 * <ul>
 *   <li>An {@link io.memif.unix.OwnedFd} has one owner, is closed once, and has a name for
 *       messages.
 *   <li>A {@link io.memif.unix.UnixSocket} listens, connects and answers questions about a socket.
 *   <li>A {@link io.memif.unix.PollGroup} waits for many descriptors and timers with one thread.
 *   <li>An {@link io.memif.unix.EventFd} wakes another thread or process.
 * </ul>
 *
 * <p>The documentation of a method says who owns a descriptor afterwards. If the descriptor stays
 * the caller's, the caller still has to close it. If it is no longer the caller's, the object that
 * took it over closes it.
 *
 * <p>What the kernel refuses is a {@link io.memif.unix.UnixException}. The package needs 64-bit
 * little-endian Linux with glibc. Elsewhere the first use throws an {@link
 * java.lang.UnsupportedOperationException} that says so.
 *
 * <p>This program accepts connections and closes them again:
 *
 * <pre>{@code
 * UnixAddress address = UnixAddress.of("@server");
 * try (OwnedFd listening = UnixSocket.listen(address, UnixSocket.Type.SEQPACKET, 64);
 *         PollGroup group = PollGroup.open(Throwable::printStackTrace)) {
 *     group.add(
 *             listening,
 *             PollKey.READ,
 *             (key, ready) -> {
 *                 try (OwnedFd client = new UnixSocket(key.fd()).accept("client")) {
 *                     System.out.println(client);
 *                 }
 *             });
 *     while (!Thread.currentThread().isInterrupted()) {
 *         group.poll(1_000_000_000L, 64);
 *     }
 * }
 * }</pre>
 */
package io.memif.unix;
