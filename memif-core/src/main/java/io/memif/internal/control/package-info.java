/**
 * The control path: listener, connector and control channels, and the work that they do for the
 * state machines. They send and receive messages with descriptors, create or map regions, and
 * signal eventfds. Everything here runs on the reactor's thread.
 */
package io.memif.internal.control;
