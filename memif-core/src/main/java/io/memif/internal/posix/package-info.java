/**
 * The only package with native calls: each method is one system call, made through jffi.
 *
 * <p>Results are {@code >= 0} on success and the negative errno on failure. Nothing here throws
 * because a call failed, and no caller sees EINTR. {@link io.memif.internal.posix.Posix} gives
 * access to the calls, grouped by what they work on. {@link io.memif.internal.posix.SystemCall}
 * names every call that the library can make.
 */
package io.memif.internal.posix;
