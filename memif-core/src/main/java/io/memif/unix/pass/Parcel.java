package io.memif.unix.pass;

import io.memif.unix.OwnedFd;
import io.memif.unix.UnixException;
import io.memif.unix.UnixException.Kind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * One message received over a {@link Conduit}: bytes, descriptors, and what was wrong with it.
 *
 * <p>Even with an error, it contains everything that arrived. The caller closes the descriptors,
 * one by one or all with {@link #close()}.
 */
public final class Parcel implements AutoCloseable {
    private final List<OwnedFd> descriptors;
    private final List<OwnedFd> surplus;
    private final ByteBuffer payload;
    private final UnixException error;

    Parcel(
            List<OwnedFd> descriptors,
            List<OwnedFd> surplus,
            ByteBuffer payload,
            UnixException error) {
        this.descriptors = List.copyOf(descriptors);
        this.surplus = List.copyOf(surplus);
        this.payload = payload.asReadOnlyBuffer();
        this.error = error;
    }

    /**
     * The descriptors asked for, as many as came.
     *
     * @return in the order of sending
     */
    public List<OwnedFd> descriptors() {
        return descriptors;
    }

    /**
     * The descriptors beyond the number asked for.
     *
     * @return in the order of sending; empty if all is well
     */
    public List<OwnedFd> surplus() {
        return surplus;
    }

    /**
     * The message's bytes, from position to limit.
     *
     * @return a read-only copy
     */
    public ByteBuffer payload() {
        return payload.duplicate();
    }

    /**
     * What was wrong: {@link Kind#TRUNCATED} or {@link Kind#UNEXPECTED_DESCRIPTORS}.
     *
     * @return the error, not thrown, or null if all is well
     */
    public UnixException error() {
        return error;
    }

    /** How much came, and what was wrong with it. */
    @Override
    public String toString() {
        String text = "parcel of " + payload.remaining() + " bytes and " + descriptors;
        return text
                + (surplus.isEmpty() ? "" : ", surplus " + surplus)
                + (error == null ? "" : ", " + error.getMessage());
    }

    /**
     * Closes all descriptors that the caller has not closed, transferred or released.
     *
     * @throws UnixException {@link Kind#CLOSE_FAILED} if closing one of them reported an error;
     *     none is open all the same
     */
    @Override
    public void close() {
        List<OwnedFd> all = new ArrayList<>(descriptors);
        all.addAll(surplus);
        Conduit.closeAll(all, OwnedFd::close);
    }
}
