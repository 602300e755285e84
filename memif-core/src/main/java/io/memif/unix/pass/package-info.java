/**
 * Passing descriptors between processes, and writing from many buffers at once. Useful without
 * memif.
 *
 * <ul>
 *   <li>A {@link io.memif.unix.pass.Conduit} sends and receives descriptors over a socket. It
 *       either shares a descriptor, which stays open here, or transfers it, which closes it here
 *       exactly when it has arrived in the socket.
 *   <li>{@link io.memif.unix.pass.FileChannels} and {@link io.memif.unix.pass.UnixSocketChannels}
 *       do the same with channels.
 *   <li>A {@link io.memif.unix.pass.GatheredWriter} writes many buffers with one system call.
 * </ul>
 *
 * <pre>{@code
 * OwnedFd[] ends = UnixSocket.pair(UnixSocket.Type.SEQPACKET);
 * try (OwnedFd left = ends[0];
 *         OwnedFd right = ends[1];
 *         Conduit sender = Conduit.over(left);
 *         Conduit receiver = Conduit.over(right);
 *         EventFd event = EventFd.create("an event")) {
 *     sender.share(event.fd(), Conduit.FOR_EVER);
 *     receiver.receive("the same event", Conduit.FOR_EVER).close();
 * }
 * }</pre>
 */
package io.memif.unix.pass;
