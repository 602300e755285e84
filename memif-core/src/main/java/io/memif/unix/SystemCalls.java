package io.memif.unix;

/**
 * The system calls that a descriptor is used through. Thread-safe.
 *
 * <p>Applications need not name it: each factory that takes one has a form without, for the kernel
 * as it is. Tests of the library make some that fail on purpose; a descriptor hands what it was
 * made with on to whatever is built upon it.
 */
public interface SystemCalls {}
