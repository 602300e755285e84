package io.memif.unix.pass;

import io.memif.internal.posix.Posix;
import io.memif.unix.OwnedFd;
import io.memif.unix.UnixException;
import io.memif.unix.UnixException.Kind;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Passes files that are open as {@link FileChannel}s.
 *
 * <p>The JDK does not expose a channel's descriptor. It is found by moving the channel's position
 * for a moment and looking in /proc/self/fdinfo for the descriptor whose position moves too. Nobody
 * else may use the channel's position meanwhile. It works for regular files and memory files.
 */
public final class FileChannels {
    // Any two numbers do that every file system takes and no file happens to stand at in turn.
    private static final long[] PROBES = {0x3a7f_19c5L, 0x2c5d_b36bL};

    private FileChannels() {}

    /**
     * A second descriptor of a channel's open file, position and all.
     *
     * @param channel the channel; stays open
     * @param what a name of it, for messages
     * @return the new descriptor, close-on-exec
     * @throws UnixException {@link Kind#NOT_OWNED} if the channel is closed, {@link Kind#UNUSABLE}
     *     if it is on something that has no position; {@link Kind#CALL_FAILED}
     */
    public static OwnedFd duplicate(FileChannel channel, String what) {
        return duplicate(Posix.shared(), channel, what);
    }

    static OwnedFd duplicate(Posix posix, FileChannel channel, String what) {
        try {
            long position = channel.position();
            int copy;
            try {
                copy = posix.descriptors().duplicate(find(channel));
            } finally {
                channel.position(position);
            }
            if (copy < 0) {
                throw UnixException.of(copy, "fcntl(F_DUPFD_CLOEXEC)", what);
            }
            return OwnedFd.adopt(posix, copy, what);
        } catch (ClosedChannelException e) {
            throw new UnixException(Kind.NOT_OWNED, what + ": the channel is closed", e);
        } catch (IOException e) {
            throw UnixException.of(posix, "cannot find the descriptor of " + what, e);
        }
    }

    private static int find(FileChannel channel) throws IOException {
        List<Path> candidates = new ArrayList<>();
        channel.position(PROBES[0]);
        try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc/self/fdinfo"))) {
            for (Path entry : all) {
                if (standsAt(entry, PROBES[0])) {
                    candidates.add(entry);
                }
            }
        }
        channel.position(PROBES[1]);
        for (Path entry : candidates) {
            if (standsAt(entry, PROBES[1])) {
                return Integer.parseInt(entry.getFileName().toString());
            }
        }
        throw new IOException("no descriptor follows the channel's position");
    }

    private static boolean standsAt(Path entry, long position) throws IOException {
        try {
            return Files.readString(entry).startsWith("pos:\t" + position + "\n");
        } catch (NoSuchFileException gone) {
            return false;
        }
    }

    /**
     * Sends a channel's file and keeps the channel.
     *
     * @param conduit where to
     * @param channel what to send
     * @param timeoutNs nanoseconds to wait for space; 0 not at all, {@link Conduit#FOR_EVER}
     * @return true if sent, false if the time was up
     * @throws UnixException as for {@link #duplicate} and {@link Conduit#share(OwnedFd, long)}
     */
    public static boolean share(Conduit conduit, FileChannel channel, long timeoutNs) {
        OwnedFd copy = duplicate(conduit.posix(), channel, "channel's file");
        try {
            return conduit.share(copy, timeoutNs);
        } finally {
            copy.discard();
        }
    }

    /**
     * Sends a channel's file and closes the channel.
     *
     * @param conduit where to
     * @param channel what to send; stays open unless true is returned or closing it fails
     * @param timeoutNs nanoseconds to wait for space; 0 not at all, {@link Conduit#FOR_EVER}
     * @return true if sent, false if the time was up
     * @throws UnixException as for {@link #duplicate} and {@link Conduit#share(OwnedFd, long)}, and
     *     the channel stays open; {@link Kind#CLOSE_FAILED}, and the file was sent
     */
    public static boolean transfer(Conduit conduit, FileChannel channel, long timeoutNs) {
        boolean sent = share(conduit, channel, timeoutNs);
        if (sent) {
            try {
                channel.close();
            } catch (IOException e) {
                throw new UnixException(Kind.CLOSE_FAILED, "cannot close the channel: " + e, e);
            }
        }
        return sent;
    }

    /**
     * Receives a file as a channel. The file is opened anew, so the position is not shared with the
     * sender's, and permission on the file itself is needed.
     *
     * @param conduit where from
     * @param timeoutNs nanoseconds to wait for a message; 0 not at all, {@link Conduit#FOR_EVER}
     * @param options how to open it
     * @return the channel, to be closed by the caller; null if the time was up
     * @throws UnixException as for {@link Conduit#receive(String, long)} and {@link
     *     OwnedFd#openChannel}, and the descriptor is closed; to keep it then, receive it as such
     */
    public static FileChannel receive(Conduit conduit, long timeoutNs, OpenOption... options) {
        OwnedFd received = conduit.receive("received file", timeoutNs);
        if (received == null) {
            return null;
        }
        try {
            return received.openChannel(options);
        } finally {
            received.discard();
        }
    }
}
