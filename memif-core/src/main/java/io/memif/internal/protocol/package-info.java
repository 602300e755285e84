/**
 * The rules of memif protocol 2.0: control messages, their bytes, and the state machines of both
 * roles.
 *
 * <p>The package is pure. Bytes and descriptor counts go in, {@link
 * io.memif.internal.protocol.Effect effects} come out. Nothing here does input or output, reads a
 * clock, starts a thread or draws a random number. Therefore every message that a peer can send is
 * a plain unit test.
 *
 * <ul>
 *   <li>{@link io.memif.internal.protocol.MessageCodec} turns bytes into messages and back.
 *   <li>{@link io.memif.internal.protocol.MasterMachine} and {@link
 *       io.memif.internal.protocol.SlaveMachine} decide what follows from a message.
 *   <li>{@link io.memif.internal.protocol.MemoryPlan} says where a slave's rings and buffers lie.
 *   <li>{@link io.memif.internal.protocol.Refusal} says why a peer is refused.
 * </ul>
 *
 * <p>Classes of this package are not thread-safe unless they are immutable. A machine belongs to
 * the thread that serves its connection.
 */
package io.memif.internal.protocol;
