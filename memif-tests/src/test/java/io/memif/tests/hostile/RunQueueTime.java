package io.memif.tests.hostile;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How long a thread could have run while no processor was free, by the kernel's account; 0 for ever
 * where the kernel keeps none. The file stays open, so that it can be read without a descriptor.
 */
final class RunQueueTime implements AutoCloseable {
    private final RandomAccessFile file;
    private final byte[] text = new byte[128];

    private RunQueueTime(RandomAccessFile file) {
        this.file = file;
    }

    /** Of the calling thread; others may read it. */
    static RunQueueTime ofThisThread() {
        try {
            Path thread = Files.readSymbolicLink(Path.of("/proc/thread-self"));
            Path statistics = Path.of("/proc").resolve(thread).resolve("schedstat");
            return new RunQueueTime(
                    Files.exists(statistics)
                            ? new RandomAccessFile(statistics.toFile(), "r")
                            : null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Nanoseconds since the thread began. */
    long ns() {
        if (file == null) {
            return 0;
        }
        try {
            file.seek(0);
            int length = file.read(text);
            return Long.parseLong(
                    new String(text, 0, length, StandardCharsets.US_ASCII).split(" ")[1]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        if (file != null) {
            try {
                file.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
