package io.memif.unix.pass;

import io.memif.internal.posix.Errno;
import io.memif.internal.posix.GatherArena;
import io.memif.internal.posix.Posix;
import io.memif.internal.posix.SocketCalls;
import io.memif.unix.PollKey;
import io.memif.unix.UnixException;
import io.memif.unix.UnixSocket;

/**
 * Queues requests for one socket and sends up to {@value #MAX_PARTS} buffers with one system call.
 *
 * <p>Only the thread that polls may use it. What finds no space in the socket stays queued, the
 * member's interest gains {@link PollKey#WRITE}, and its handler must pass write readiness to
 * {@link #onReady}. A stream that took a part of a request continues exactly there. Every request
 * is completed once: with its bytes, or with an error if sending fails or the writer is closed. On
 * a packet socket each request is one message.
 *
 * <p>A failed send fails everything that is queued. The writer can be used again, because the error
 * may have been temporary, unless a stream had taken a part of a request.
 */
public final class GatheredWriter implements AutoCloseable {
    /** Buffers in one system call. */
    public static final int MAX_PARTS = 64;

    private final PollKey key;
    private final SocketCalls calls;
    private final boolean isStream;
    private final GatherArena arena = new GatherArena(MAX_PARTS);
    private WriteRequest head;
    private WriteRequest tail;
    private int queued;
    private boolean flushing;
    private int refusal;

    /**
     * Creates a writer.
     *
     * @param key membership of a connected AF_UNIX socket; stays the caller's to remove, after
     *     {@link #close()}
     * @throws UnixException if it is not an AF_UNIX socket
     */
    public GatheredWriter(PollKey key) {
        this.key = key;
        this.calls = Posix.of(key.fd().calls()).sockets();
        this.isStream = new UnixSocket(key.fd()).isStream();
    }

    /**
     * Queues a request; {@link #flush()} sends it.
     *
     * @param request what to send
     * @return 0; or the negative errno, and it is not queued: ECANCELED after close, or what broke
     *     a stream in the middle of a request
     * @throws IllegalStateException if it is queued already
     */
    public int queue(WriteRequest request) {
        if (refusal < 0) {
            return refusal;
        }
        request.begin();
        if (tail == null) {
            head = request;
        } else {
            tail.next = request;
        }
        tail = request;
        queued++;
        return 0;
    }

    /**
     * Number of requests that are not yet completed.
     *
     * @return their number
     */
    public int queued() {
        return queued;
    }

    /**
     * Sends if the socket is writable. The member's handler calls it with the readiness that it
     * got.
     *
     * @param ready the readiness
     */
    public void onReady(int ready) {
        if ((ready & (PollKey.WRITE | PollKey.ERROR | PollKey.HANGUP)) != 0) {
            flush();
        }
    }

    /**
     * Sends what is queued, as far as there is space. Called from inside a completion it does
     * nothing, since sending goes on anyway; requests that completions queue are sent in this or
     * the next turn.
     *
     * @return requests completed, with whatever result
     */
    public int flush() {
        if (flushing || head == null) {
            return 0;
        }
        flushing = true;
        int completed = 0;
        try {
            int budget = queued;
            boolean hasSpace = true;
            while (hasSpace && completed < budget && head != null) {
                int result = send();
                hasSpace = result >= 0;
                if (hasSpace) {
                    completed += sent(result);
                } else if (result != -Errno.EAGAIN) {
                    completed += failAll(result);
                }
            }
        } finally {
            flushing = false;
        }
        return completed + waitForSpace();
    }

    /** If the kernel does not say when there is space again, what is queued would wait for ever. */
    private int waitForSpace() {
        try {
            wantWritable(head != null);
            return 0;
        } catch (UnixException e) {
            return failAll(-e.errno());
        }
    }

    private int send() {
        if (!key.isMember()) {
            return -Errno.EBADF;
        }
        arena.clear();
        head.gather(arena);
        if (isStream) {
            if (arena.parts() == 0) {
                return 0;
            }
            WriteRequest more = head.next;
            while (more != null && arena.parts() < MAX_PARTS) {
                more.gather(arena);
                more = more.next;
            }
        }
        int number = key.fd().tryAcquire();
        if (number < 0) {
            return -Errno.EBADF;
        }
        try {
            return calls.sendMessage(number, arena, SocketCalls.MSG_DONTWAIT);
        } finally {
            key.fd().release();
        }
    }

    private int sent(int bytes) {
        int completed = 0;
        int left = bytes;
        do {
            left -= head.advance(left);
            if (head.remaining() > 0) {
                return completed;
            }
            complete(removeHead(), 0);
            completed++;
        } while (left > 0 && head != null);
        return completed;
    }

    private WriteRequest removeHead() {
        WriteRequest first = head;
        head = first.next;
        first.next = null;
        if (head == null) {
            tail = null;
        }
        queued--;
        return first;
    }

    /** Completes what is queued now, not what the completions queue. */
    private int failAll(int error) {
        if (isStream && head != null && head.isSentInPart()) {
            refusal = refusal < 0 ? refusal : error;
        }
        int count = queued;
        int done = 0;
        while (done < count && head != null) {
            complete(removeHead(), error);
            done++;
        }
        return done;
    }

    private void complete(WriteRequest request, int error) {
        try {
            request.complete(error);
        } catch (Throwable e) {
            key.report(e);
        }
    }

    private void wantWritable(boolean want) {
        if (key.isMember()) {
            int others = key.interest() & ~PollKey.WRITE;
            key.interest(want ? others | PollKey.WRITE : others);
        }
    }

    /**
     * Completes every queued request with ECANCELED and refuses new ones; the socket stays open.
     * May be called from inside a completion. Calling it again does nothing.
     */
    @Override
    public void close() {
        if (refusal != -Errno.ECANCELED) {
            refusal = -Errno.ECANCELED;
            failAll(-Errno.ECANCELED);
            waitForSpace();
        }
    }

    /** Its socket, and how much is queued. */
    @Override
    public String toString() {
        return "gathered writer over " + key + ", " + queued + " queued";
    }
}
