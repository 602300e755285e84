package io.memif.examples.doctor;

import io.memif.Role;
import io.memif.examples.doctor.UnixSockets.Listening;
import io.memif.unix.UnixAddress;
import io.memif.unix.UnixException;
import io.memif.unix.UnixSocket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looks at the socket of a link, without a connection to it. */
final class SocketCheck {
    private final String address;
    private final Role role;
    private final UnixSockets sockets;
    private final List<Finding> findings = new ArrayList<>();

    SocketCheck(String address, Role role) {
        this.address = address;
        this.role = role;
        sockets = new UnixSockets(Path.of("/proc"));
    }

    /** The findings; a handshake is worth trying if none is a problem. */
    List<Finding> look() {
        UnixAddress parsed;
        try {
            parsed = UnixAddress.of(address);
        } catch (IllegalArgumentException e) {
            findings.add(Finding.problem(e.getMessage(), "use a shorter path"));
            return findings;
        }
        if (!parsed.isAbstract()) {
            directory();
        }
        if (parsed.isAbstract()) {
            // /proc shows all that there are, and a socket of another type would not be refused.
            if (find(address).isPresent()) {
                somebodyListens();
            } else {
                nobodyListens("ECONNREFUSED");
            }
        } else if (findings.isEmpty()) {
            listener(parsed);
        }
        return findings;
    }

    private void directory() {
        Path directory = Path.of(address).toAbsolutePath().getParent();
        if (!Files.isDirectory(directory)) {
            problem("there is no directory " + directory, "create it, or check the path" + hint());
        } else if (!Files.isExecutable(directory)) {
            problem(
                    "this user may not enter the directory " + directory + owned(directory),
                    "run as another user, or change its mode");
        } else if (role == Role.MASTER && !Files.isWritable(directory)) {
            problem(
                    "this user may not create a socket in " + directory + owned(directory),
                    "use another directory or an abstract name (@name)");
        }
    }

    /**
     * With a datagram socket, which a memif listener refuses as the wrong type and never hears of.
     */
    private void listener(UnixAddress parsed) {
        try {
            UnixSocket.connect(parsed, UnixSocket.Type.DATAGRAM).close();
            problem("a datagram socket is there, which is not memif", "check the path");
        } catch (UnixException e) {
            switch (e.errnoName()) {
                case "EPROTOTYPE" -> somebodyListens();
                case "ECONNREFUSED", "ENOENT" -> nobodyListens(e.errnoName());
                case "EACCES" ->
                        problem(
                                "this user may not connect to " + address + owned(Path.of(address)),
                                "connecting needs write permission on the socket: run as its"
                                        + " owner, or have the owner change mode or group");
                default -> problem(e.getMessage(), "check the path");
            }
        }
    }

    private void somebodyListens() {
        Optional<Listening> seen = find(address);
        String who =
                seen.flatMap(sockets::owner)
                        .orElse(
                                seen.isPresent()
                                        ? "another user's process"
                                        : "a process of another network namespace");
        if (seen.isPresent() && !seen.get().isMemif()) {
            problem(
                    who + " listens on " + address + " with a stream socket, which is not memif",
                    "check the path");
        } else if (role == Role.MASTER) {
            findings.add(Problem.ROLE.finding(who + " already listens on " + address + ": ", ""));
        } else {
            boolean file = !address.startsWith("@");
            findings.add(
                    Finding.ok(
                            who
                                    + " listens on "
                                    + address
                                    + (file ? owned(Path.of(address)) : "")));
        }
    }

    private void nobodyListens(String errno) {
        boolean isFile = errno.equals("ECONNREFUSED") && !address.startsWith("@");
        if (isFile && !isSocket()) {
            problem(address + " is a file, not a socket", "check the path");
        } else if (role == Role.MASTER) {
            findings.add(
                    Finding.ok(
                            isFile
                                    ? "there is a socket file, but nobody listens on it"
                                    : "the address is free"));
        } else {
            problem(
                    "nobody listens on " + address + (isFile ? ", although the file is there" : ""),
                    "start the master first; if the other side is a slave too, give --role master"
                            + hint());
        }
    }

    private boolean isSocket() {
        try {
            return Files.readAttributes(Path.of(address), PosixFileAttributes.class).isOther();
        } catch (IOException e) {
            return false;
        }
    }

    /** Where else somebody listens who may be meant. */
    private String hint() {
        String twin = address.startsWith("@") ? address.substring(1) : "@" + address;
        if (find(twin).isPresent()) {
            return "; somebody listens on " + twin + ": give that as --socket";
        }
        String file = address.substring(address.lastIndexOf('/') + 1).replace("@", "");
        return sockets.listening().stream()
                .filter(other -> other.isMemif() && other.address().endsWith("/" + file))
                .findFirst()
                .map(other -> "; somebody listens on " + other.address())
                .orElse(
                        address.startsWith("@")
                                ? "; an abstract name is seen only in its own network namespace"
                                : "; DPDK's sockets are abstract without"
                                        + " socket-abstract=no, and begin with @ here");
    }

    private Optional<Listening> find(String wanted) {
        return sockets.listening().stream()
                .filter(socket -> socket.address().equals(wanted))
                .findFirst();
    }

    private static String owned(Path path) {
        try {
            PosixFileAttributes found =
                    Files.readAttributes(
                            path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return " (owner "
                    + found.owner().getName()
                    + ", group "
                    + found.group().getName()
                    + ", mode "
                    + PosixFilePermissions.toString(found.permissions())
                    + ")";
        } catch (IOException e) {
            return "";
        }
    }

    private void problem(String text, String remedy) {
        findings.add(Finding.problem(text, remedy));
    }
}
