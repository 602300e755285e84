package io.memif.examples.show;

import io.memif.examples.CommandFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What /proc tells about a process before anybody attaches: attaching to one that is not a JVM, or
 * to one that does not take the signal, would end it.
 *
 * @param pid as this process sees it
 */
record LinuxProcess(long pid) {
    /** Bit of SIGQUIT in the signal masks of /proc. */
    private static final long QUIT = 1L << 2;

    private static final int HEX = 16;

    /** All but this one. */
    static List<LinuxProcess> all() {
        long own = ProcessHandle.current().pid();
        return ProcessHandle.allProcesses()
                .map(ProcessHandle::pid)
                .filter(each -> each != own)
                .map(LinuxProcess::new)
                .toList();
    }

    private Path file(String name) {
        return Path.of("/proc", Long.toString(pid), name);
    }

    /** Whether a file is mapped whose path has this part; false if we may not look. */
    boolean maps(String part) {
        try (Stream<String> lines = Files.lines(file("maps"), StandardCharsets.ISO_8859_1)) {
            return lines.anyMatch(line -> line.contains(part));
        } catch (IOException | UncheckedIOException e) {
            return false;
        }
    }

    /**
     * Checks that a JVM is there that lets us attach.
     *
     * @throws CommandFailure if not, with the reason
     */
    void requireAttachable() {
        if (ProcessHandle.of(pid).isEmpty()) {
            throw new CommandFailure("there is no process " + pid);
        }
        if (pid == ProcessHandle.current().pid()) {
            throw new CommandFailure("process " + pid + " is this command itself");
        }
        try {
            // Anybody may open the file by its mode; the kernel asks who it is all the same.
            Files.newInputStream(file("maps")).close();
            if (!maps("libjvm.so")) {
                throw new CommandFailure("process " + pid + " is not a JVM");
            }
            String command = Files.readString(file("cmdline"), StandardCharsets.ISO_8859_1);
            if (command.contains("-XX:+DisableAttachMechanism")) {
                throw new CommandFailure(
                        "process "
                                + pid
                                + " was started with -XX:+DisableAttachMechanism, so that"
                                + " nobody can attach to it");
            }
            if (status("State").startsWith("T")) {
                throw new CommandFailure(
                        "process "
                                + pid
                                + " is stopped (SIGSTOP), so that it cannot answer: kill -CONT "
                                + pid);
            }
            if (!takesSignal()) {
                throw new CommandFailure(
                        "process "
                                + pid
                                + " does not take the signal that attaching needs: it"
                                + " was started with -Xrs, or is not up yet");
            }
        } catch (NoSuchFileException e) {
            throw new CommandFailure("process " + pid + " has ended", e);
        } catch (IOException e) {
            throw notOurs(e);
        }
    }

    /** The kernel lets nobody look who is another user, or has fewer capabilities. */
    private CommandFailure notOurs(IOException refused) {
        String user = user();
        boolean same = user.equals(new LinuxProcess(ProcessHandle.current().pid()).user());
        return new CommandFailure(
                "may not look into process "
                        + pid
                        + (same
                                ? ": it has capabilities that this command lacks"
                                : " of user " + user)
                        + "; run memif show as "
                        + (same ? "" : "that user, or as ")
                        + "root with the capability CAP_SYS_PTRACE",
                refused);
    }

    /** Number of the user that it acts for. */
    private String user() {
        try {
            return status("Uid").split("\\s+")[1];
        } catch (IOException e) {
            return "unknown";
        }
    }

    private boolean takesSignal() throws IOException {
        return (Long.parseUnsignedLong(status("SigCgt"), HEX) & QUIT) != 0;
    }

    private String status(String name) throws IOException {
        return Files.readAllLines(file("status"), StandardCharsets.ISO_8859_1).stream()
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElseThrow(() -> new IOException("no " + name));
    }
}
