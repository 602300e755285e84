/**
 * Everything an application imports.
 *
 * <p>A {@link io.memif.MemifSocket} is one control socket, an {@link io.memif.MemifInterface} one
 * end of a link over it, and its {@link io.memif.RxQueue} and {@link io.memif.TxQueue} handles move
 * packets. Handles stay valid over reconnects. The control path (sockets, handshakes) runs on the
 * reactor's thread or in the caller's {@code doWork()}; a queue belongs to one thread at a time.
 */
package io.memif;
