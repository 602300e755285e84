/**
 * The control path: listener, connector and control channels, and what they do for the state
 * machines: send and receive messages with descriptors, create or map regions, ring the eventfds.
 * Everything here runs on the reactor's thread.
 */
package io.memif.internal.control;
