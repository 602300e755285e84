package io.memif.unix;

/**
 * The system calls that a descriptor is used through. Thread-safe.
 *
 * <p>Applications need not name it: each factory that takes one has a form without it. Tests of the
 * library create some that fail on purpose. A descriptor passes the calls that it was created with
 * on to whatever is built on it.
 */
public interface SystemCalls {}
