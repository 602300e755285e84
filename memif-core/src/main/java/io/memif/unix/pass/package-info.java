/**
 * Passing descriptors between processes, and writing from many buffers at once; useful without
 * memif.
 *
 * <p>A {@link io.memif.unix.pass.Conduit} shares or transfers descriptors over a socket; {@link
 * io.memif.unix.pass.FileChannels} and {@link io.memif.unix.pass.UnixSocketChannels} do so with
 * channels. What is transferred is closed here exactly when it has arrived in the socket.
 */
package io.memif.unix.pass;
