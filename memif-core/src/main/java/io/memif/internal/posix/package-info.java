/**
 * The only package with native code: every method is one system call.
 *
 * <p>Results are {@code >= 0} on success and the negative errno on failure; nothing here throws for
 * a failing call, and EINTR never reaches a caller. {@link io.memif.internal.posix.Posix} hands out
 * the calls grouped by what they work on.
 */
package io.memif.internal.posix;
