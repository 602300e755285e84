package io.memif.examples.pcap;

import java.io.IOException;

/** A capture file that contradicts itself, or ends in the middle of something. */
public final class BrokenCaptureException extends IOException {
    private static final long serialVersionUID = 1L;

    private final long offset;

    BrokenCaptureException(long offset, String what) {
        super("broken at offset " + offset + ": " + what);
        this.offset = offset;
    }

    /**
     * Where the record or block begins that cannot be read.
     *
     * @return bytes from the start of the file
     */
    public long offset() {
        return offset;
    }
}
