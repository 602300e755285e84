package io.memif.examples.capture;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Writes to a file or pipe on a thread of its own, so that whoever captures does not wait for it
 * while there is room: {@value #MOST_CHUNKS} MiB.
 */
final class QueuedChannel implements WritableByteChannel {
    static final int MOST_CHUNKS = 32;

    private static final int CHUNK = 1 << 20;
    private static final ByteBuffer END = ByteBuffer.allocate(0);

    private final WritableByteChannel target;
    private final BlockingQueue<ByteBuffer> free = new LinkedBlockingQueue<>();
    private final BlockingQueue<ByteBuffer> full = new LinkedBlockingQueue<>();
    private final Thread writer = new Thread(this::writeAll, "memif-capture-writer");
    private volatile IOException failure;
    private int chunks;
    private boolean closed;

    QueuedChannel(WritableByteChannel target) {
        this.target = target;
        writer.setDaemon(true);
        writer.start();
    }

    /** Whether the next MiB can be written without waiting. */
    boolean hasRoom() throws IOException {
        throwFailure();
        return chunks < MOST_CHUNKS || !free.isEmpty();
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        int length = source.remaining();
        try {
            while (source.hasRemaining()) {
                throwFailure();
                ByteBuffer chunk = chunk();
                int part = Math.min(source.remaining(), CHUNK);
                chunk.put(0, source, source.position(), part);
                source.position(source.position() + part);
                full.put(chunk.position(0).limit(part));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while it waits for a slow disk or pipe", e);
        }
        return length;
    }

    private ByteBuffer chunk() throws InterruptedException {
        if (free.isEmpty() && chunks < MOST_CHUNKS) {
            chunks++;
            return ByteBuffer.allocateDirect(CHUNK);
        }
        return free.take().clear();
    }

    @SuppressWarnings("ReferenceEquality")
    private void writeAll() {
        try {
            ByteBuffer chunk = full.take();
            while (chunk != END) {
                writeOne(chunk);
                free.put(chunk);
                chunk = full.take();
            }
        } catch (InterruptedException e) {
            failure = new IOException("interrupted", e);
        }
    }

    /** After a failure everything is thrown away, so that nobody waits for room. */
    private void writeOne(ByteBuffer chunk) {
        try {
            while (failure == null && chunk.hasRemaining()) {
                target.write(chunk);
            }
        } catch (IOException e) {
            failure = e;
        }
    }

    private void throwFailure() throws IOException {
        IOException known = failure;
        if (known != null) {
            throw new IOException(known.getMessage(), known);
        }
    }

    @Override
    public boolean isOpen() {
        return !closed;
    }

    /** Waits until everything is written. */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try (target) {
            full.put(END);
            writer.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the file is written to its end", e);
        }
        throwFailure();
    }
}
