/**
 * Owned file descriptors and passing them between processes; useful without memif.
 *
 * <p>A descriptor here has one owner, one close, and a name for error messages.
 */
package io.memif.fd;
