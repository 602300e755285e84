/**
 * The rule book of memif protocol 2.0: control messages, their bytes, and the state machines of
 * both roles.
 *
 * <p>Pure: bytes and descriptor counts go in, {@link io.memif.internal.protocol.Effect effects}
 * come out. Nothing here does input or output, reads a clock, starts a thread or draws a random
 * number, so everything a peer can send is a plain unit test.
 *
 * <p>Classes of this package are not thread-safe unless they are immutable; a machine belongs to
 * the thread that serves its connection.
 */
package io.memif.internal.protocol;
