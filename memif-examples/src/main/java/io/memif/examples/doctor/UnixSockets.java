package io.memif.examples.doctor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The AF_UNIX sockets of this network namespace that listen, as /proc shows them. */
final class UnixSockets {
    /** In /proc/net/unix: SO_ACCEPTCON, and the socket types. */
    private static final int LISTENS = 0x10000;

    private static final int SEQPACKET = 5;
    private static final int COLUMNS = 8;

    private final Path proc;

    UnixSockets(Path proc) {
        this.proc = proc;
    }

    /**
     * A socket that listens.
     *
     * @param address path, or {@code @} and the abstract name
     * @param isMemif whether it is of the type that memif needs, SEQPACKET
     * @param inode its number
     */
    record Listening(String address, boolean isMemif, String inode) {}

    /** All of them; none if /proc does not tell. */
    List<Listening> listening() {
        List<Listening> found = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(proc.resolve("net/unix"))) {
                String[] words = line.trim().split("\\s+", COLUMNS);
                if (words.length == COLUMNS
                        && words[0].endsWith(":")
                        && (Integer.parseInt(words[3], 16) & LISTENS) != 0) {
                    boolean isMemif = Integer.parseInt(words[4], 16) == SEQPACKET;
                    found.add(new Listening(words[7], isMemif, words[6]));
                }
            }
        } catch (IOException e) {
            return List.of();
        }
        return found;
    }

    /** Who listens there, such as {@code vpp (process 123)}; empty if that is not ours to see. */
    Optional<String> owner(Listening socket) {
        String wanted = "socket:[" + socket.inode() + "]";
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path process : processes) {
                if (has(process, wanted)) {
                    return Optional.of(describe(process));
                }
            }
        } catch (IOException | UncheckedIOException e) {
            return Optional.empty();
        }
        return Optional.empty();
    }

    private static boolean has(Path process, String wanted) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path file : files) {
                if (isLinkTo(file, wanted)) {
                    return true;
                }
            }
        } catch (IOException e) {
            // Another user's, or gone meanwhile.
            return false;
        }
        return false;
    }

    private static boolean isLinkTo(Path file, String wanted) {
        try {
            return Files.readSymbolicLink(file).toString().equals(wanted);
        } catch (IOException e) {
            return false;
        }
    }

    private static String describe(Path process) {
        String id = "process " + process.getFileName();
        try {
            return Files.readString(process.resolve("comm")).trim() + " (" + id + ")";
        } catch (IOException e) {
            return id;
        }
    }
}
