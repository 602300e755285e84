/**
 * Owned file descriptors, event descriptors, sockets and an epoll poll group; useful without memif.
 *
 * <p>A descriptor here has one owner, one close, and a name for error messages.
 */
package io.memif.unix;
