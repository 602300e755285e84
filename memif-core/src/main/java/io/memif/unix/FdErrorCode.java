package io.memif.unix;

/** What went wrong with a descriptor; carried by {@link FdException}. */
public enum FdErrorCode {
    /** The descriptor was closed, transferred or released before; no system call was made. */
    NOT_OWNED,
    /** No descriptor could be had: opening failed, or a message came without the one expected. */
    NO_DESCRIPTOR,
    /** A message could not be sent; what should have been transferred still is the sender's. */
    TRANSFER_FAILED,
    /** A message could not be received. */
    RECEIVE_FAILED,
    /** close reported an error; the number is free all the same. */
    CLOSE_FAILED,
    /** A duplicate could not be made. */
    DUPLICATE_FAILED,
    /** A message came with other descriptors than the one expected. */
    BAD_CONTROL_MESSAGE,
    /** The kernel dropped a part of the message: bytes, or descriptors there was no room for. */
    TRUNCATED,
    /** The other side has closed the connection. */
    END_OF_STREAM,
    /** The descriptor cannot be converted to the kind of channel asked for. */
    CONVERSION_FAILED,
    /** A socket's option, address or credentials could not be read or set. */
    OPTION_FAILED
}
