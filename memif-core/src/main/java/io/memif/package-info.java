/**
 * The public interface of the library: everything that an application imports.
 *
 * <h2>Concepts</h2>
 *
 * <ul>
 *   <li>A <b>link</b> joins two processes on one machine. One is the <b>master</b>, which listens;
 *       the other is the <b>slave</b>, which connects and creates the shared memory. Packets flow
 *       in both directions.
 *   <li>A {@link io.memif.MemifSocket} is a control socket: an AF_UNIX address that masters listen
 *       on and slaves connect to.
 *   <li>A {@link io.memif.MemifInterface} is one end of a link. Several interfaces can use one
 *       socket; each has an id, and the two ends of a link have the same id.
 *   <li>A {@link io.memif.RxQueue} receives and a {@link io.memif.TxQueue} sends. Queues stay valid
 *       over reconnects.
 *   <li>Below each queue lies a <b>ring</b> in shared memory, an array of <b>slots</b>. Each slot
 *       names a buffer. A packet that is longer than a buffer takes several slots, as a
 *       <b>chain</b>.
 *   <li>Buffers lie in <b>regions</b>, files in memory that both sides map. An application can
 *       share a {@link io.memif.MemifRegion} of its own.
 * </ul>
 *
 * <h2>A slave that receives</h2>
 *
 * <pre>{@code
 * SocketConfig where = SocketConfig.builder().address("/run/vpp/memif.sock").build();
 * InterfaceConfig what = InterfaceConfig.builder().id(0).rxMode(RxMode.INTERRUPT).build();
 * try (MemifSocket vpp = MemifSocket.open(where);
 *         MemifInterface slave = vpp.addInterface(what)) {
 *     RxQueue queue = slave.rxQueue(0);
 *     while (!queue.isClosed()) {
 *         queue.await(1_000_000_000L);
 *         queue.poll((buffer, offset, length, flags) -> System.out.println(length), 64);
 *     }
 * }
 * }</pre>
 *
 * <h2>Threads</h2>
 *
 * <p>The control path (sockets, handshakes, timers) runs on the thread of a {@link
 * io.memif.MemifReactor}, or in the caller's {@code doWork()}. Packets never pass through it: the
 * thread that calls a queue reads and writes the shared memory itself. A queue belongs to one
 * thread at a time. Everything else may be called from any thread unless it says otherwise.
 *
 * <h2>Errors</h2>
 *
 * <p>Queues do not throw because a link went down; they return a code. The control path throws a
 * {@link io.memif.MemifException}, which says what happened, where, and what to do. What fails
 * while no caller waits goes to an {@link io.memif.InterfaceListener} or to the error handler of
 * the socket. A wrong argument is an {@link java.lang.IllegalArgumentException}, and a call at the
 * wrong time is an {@link java.lang.IllegalStateException}.
 */
package io.memif;
