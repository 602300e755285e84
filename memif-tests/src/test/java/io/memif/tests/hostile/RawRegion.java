package io.memif.tests.hostile;

import io.memif.internal.posix.FileCalls;
import io.memif.internal.posix.Posix;
import io.memif.unix.OwnedFd;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;

/**
 * A memory file whose bytes a test writes one by one. Through the file and not a mapping: the pages
 * are the same that the other side has mapped, and nothing is left to be unmapped.
 */
public final class RawRegion implements AutoCloseable {
    private final OwnedFd fd;
    private final FileChannel channel;
    private final ByteBuffer word = ByteBuffer.allocateDirect(8).order(ByteOrder.LITTLE_ENDIAN);

    private RawRegion(OwnedFd fd) {
        this.fd = fd;
        this.channel = fd.openChannel(StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    public static RawRegion sealed(Posix posix, long size) {
        return create(posix, size, FileCalls.F_SEAL_SHRINK);
    }

    public static RawRegion create(Posix posix, long size, int seals) {
        int flags = FileCalls.MFD_CLOEXEC | FileCalls.MFD_ALLOW_SEALING;
        int raw = posix.files().memfdCreate("raw region", flags);
        OwnedFd fd = OwnedFd.adopt(posix, raw, "raw region");
        int result = posix.files().ftruncate(raw, size);
        if (result >= 0 && seals != 0) {
            result = posix.files().addSeals(raw, seals);
        }
        if (result < 0) {
            fd.close();
            throw new AssertionError("memory file of " + size + ": " + result);
        }
        return new RawRegion(fd);
    }

    /** Opens another side's file. */
    public static RawRegion over(OwnedFd fd) {
        return new RawRegion(fd);
    }

    public OwnedFd fd() {
        return fd;
    }

    public FileChannel channel() {
        return channel;
    }

    private void write(long at, ByteBuffer bytes) {
        try {
            while (bytes.hasRemaining()) {
                at += channel.write(bytes, at);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ByteBuffer read(long at, ByteBuffer bytes) {
        try {
            while (bytes.hasRemaining()) {
                int got = channel.read(bytes, at);
                if (got < 0) {
                    throw new AssertionError("end of the file at " + at);
                }
                at += got;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes;
    }

    private ByteBuffer word(int length) {
        return word.clear().limit(length);
    }

    public void u16(long at, int value) {
        write(at, word(2).putShort(0, (short) value));
    }

    public void u32(long at, long value) {
        write(at, word(4).putInt(0, (int) value));
    }

    public void u64(long at, long value) {
        write(at, word(8).putLong(0, value));
    }

    public void bytes(long at, byte[] value) {
        write(at, ByteBuffer.wrap(value));
    }

    public int u16(long at) {
        return read(at, word(2)).getShort(0) & 0xffff;
    }

    public long u32(long at) {
        return read(at, word(4)).getInt(0) & 0xffffffffL;
    }

    public byte[] bytes(long at, int length) {
        return read(at, ByteBuffer.allocate(length)).array();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        fd.close();
    }
}
