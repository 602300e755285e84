/**
 * The control path: everything that happens before and after packets flow.
 *
 * <ul>
 *   <li>{@link io.memif.internal.control.Reactor} owns all state. What is not said to be for other
 *       threads runs on its thread.
 *   <li>{@link io.memif.internal.control.SocketControl} is one control socket. Its {@code Listener}
 *       accepts slaves; a {@code SlaveControl} connects to a master.
 *   <li>A {@code Session} is one control connection. It moves messages and descriptors between its
 *       socket and its state machine, and carries out what the machine wants.
 *   <li>{@link io.memif.internal.control.Link} is what a session hands up when the link is up:
 *       rings, regions, event descriptors, peer.
 *   <li>{@code Helpers} makes the calls that a peer could prolong. {@link
 *       io.memif.internal.control.Callbacks} calls the application. {@link
 *       io.memif.internal.control.ErrorReports} limits what is reported.
 *   <li>{@link io.memif.internal.control.QueueWaiter} lets the thread of a receive queue sleep.
 * </ul>
 */
package io.memif.internal.control;
