/**
 * Live upgrade: a server hands its listening socket and its live connections to a new process, and
 * no client notices. Shows descriptor passing and the poll group without memif.
 */
package io.memif.examples.handover;
