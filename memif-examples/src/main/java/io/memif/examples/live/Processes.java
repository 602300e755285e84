package io.memif.examples.live;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What {@code /proc} says of processes and the memory files that they share. */
final class Processes {
    private static final Path PROC = Path.of("/proc");
    private static final String MEMFD = "/memfd:";
    private static final String DELETED = " (deleted)";
    private static final int MAPS_FIELDS = 6;

    private final Path proc;
    private final List<String> places;

    /** The machine's. */
    Processes() {
        this(PROC, memoryFileSystems());
    }

    /**
     * Made-up ones.
     *
     * @param proc laid out like {@code /proc}
     * @param places how the paths of memory files begin
     */
    Processes(Path proc, List<String> places) {
        this.proc = proc;
        this.places = List.copyOf(places);
    }

    /** A file can be in memory without a path, on hugepages, or where POSIX shared memory is. */
    private static List<String> memoryFileSystems() {
        List<String> places = new ArrayList<>(List.of(MEMFD, "/anon_hugepage", "/dev/shm/"));
        try {
            for (String line : Files.readAllLines(PROC.resolve("mounts"))) {
                String[] fields = line.split(" ");
                if (fields.length > 2 && fields[2].equals("hugetlbfs")) {
                    places.add(fields[1] + "/");
                }
            }
        } catch (IOException e) {
            // Without mounts there is nothing on hugepages that has a path.
            return places;
        }
        return places;
    }

    /**
     * A file that processes have mapped, shared and writable.
     *
     * @param id which file
     * @param name as its maker named it
     * @param users who has it mapped, by pid, and how often from its first byte on
     * @param openPaths paths below {@code /proc} that open it
     */
    record SharedFile(FileId id, String name, Map<Owner, Integer> users, List<Path> openPaths) {
        /** Whether a process has it mapped. */
        boolean isUsedBy(Owner owner) {
            return users.containsKey(owner);
        }
    }

    /**
     * What was seen.
     *
     * @param files by id
     * @param locked processes that we may not look into
     */
    record Snapshot(Map<FileId, SharedFile> files, List<Owner> locked) {}

    /** Looks at every process. Those that end meanwhile are left out. */
    Snapshot look() {
        Map<FileId, SharedFile> files = new HashMap<>();
        List<Owner> locked = new ArrayList<>();
        List<Owner> mapping = new ArrayList<>();
        for (Owner owner : all()) {
            try {
                if (readMaps(owner, files)) {
                    mapping.add(owner);
                }
            } catch (AccessDeniedException e) {
                locked.add(owner);
            } catch (IOException e) {
                // It has ended.
                continue;
            }
        }
        for (Owner owner : mapping) {
            if (!findDescriptors(owner, files)) {
                locked.add(owner);
            }
        }
        return new Snapshot(files, locked);
    }

    private List<Owner> all() {
        TreeMap<Integer, Owner> all = new TreeMap<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path entry : entries) {
                Owner owner = owner(entry);
                if (owner != null) {
                    all.put(owner.pid(), owner);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            throw new UncheckedIOException(new IOException("cannot list " + proc, e));
        }
        return List.copyOf(all.values());
    }

    /** The process of a number, null if there is none. */
    Owner owner(int pid) {
        return owner(proc.resolve(Integer.toString(pid)));
    }

    private static Owner owner(Path entry) {
        try {
            int pid = Integer.parseInt(entry.getFileName().toString());
            String name =
                    new String(Files.readAllBytes(entry.resolve("comm")), StandardCharsets.UTF_8);
            // The directory's owner is root if the process has capabilities.
            String uids = fields(entry.resolve("status")).getOrDefault("Uid", "-1 -1");
            int uid = Integer.parseInt(uids.split("\\s+")[1]);
            return new Owner(pid, name.strip().replaceAll("\\p{Cntrl}", "?"), uid);
        } catch (IOException | NumberFormatException e) {
            return null;
        }
    }

    private boolean readMaps(Owner owner, Map<FileId, SharedFile> files) throws IOException {
        boolean found = false;
        Path maps = path(owner).resolve("maps");
        for (String line :
                new String(Files.readAllBytes(maps), StandardCharsets.UTF_8).split("\n")) {
            String[] fields = line.split(" +", MAPS_FIELDS);
            if (fields.length == MAPS_FIELDS
                    && fields[1].startsWith("rw")
                    && fields[1].endsWith("s")
                    && isMemory(fields[MAPS_FIELDS - 1])) {
                FileId id = FileId.parse(fields[3], fields[4]);
                SharedFile file =
                        files.computeIfAbsent(
                                id,
                                key ->
                                        new SharedFile(
                                                key,
                                                plainName(fields[MAPS_FIELDS - 1]),
                                                new HashMap<>(),
                                                new ArrayList<>()));
                int fromStart = Long.parseLong(fields[2], 16) == 0 ? 1 : 0;
                file.users().merge(owner, fromStart, Integer::sum);
                found = true;
                // Opens it even if all descriptors are closed, for those who may.
                file.openPaths().add(path(owner).resolve("map_files").resolve(fields[0]));
            }
        }
        return found;
    }

    /** Whether a process has a file mapped. */
    boolean maps(Owner owner, FileId id) {
        Map<FileId, SharedFile> files = new HashMap<>();
        try {
            readMaps(owner, files);
        } catch (IOException e) {
            return false;
        }
        return files.containsKey(id);
    }

    private Path path(Owner owner) {
        return proc.resolve(Integer.toString(owner.pid()));
    }

    private boolean isMemory(String path) {
        return places.stream().anyMatch(path::startsWith);
    }

    private static String plainName(String path) {
        String name = path.startsWith(MEMFD) ? path.substring(MEMFD.length()) : path;
        return (name.endsWith(DELETED) ? name.substring(0, name.length() - DELETED.length()) : name)
                .replaceAll("\\p{Cntrl}", "?");
    }

    /**
     * Descriptors open a file for anybody who may look into the process.
     *
     * @return false if we may not: some who may see what it has mapped may see nothing else
     */
    private boolean findDescriptors(Owner owner, Map<FileId, SharedFile> files) {
        try (DirectoryStream<Path> fds = Files.newDirectoryStream(path(owner).resolve("fd"))) {
            for (Path fd : fds) {
                noteDescriptor(fd, files);
            }
            return true;
        } catch (AccessDeniedException e) {
            return false;
        } catch (IOException | DirectoryIteratorException e) {
            // Ended meanwhile; others may have the file open as well.
            return true;
        }
    }

    private void noteDescriptor(Path fd, Map<FileId, SharedFile> files) throws IOException {
        try {
            if (isMemory(Files.readSymbolicLink(fd).toString())) {
                SharedFile file = files.get(FileId.Status.of(fd).id());
                if (file != null) {
                    file.openPaths().add(0, fd);
                }
            }
        } catch (NoSuchFileException e) {
            // Closed meanwhile.
            return;
        }
    }

    private static String linkTarget(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return "";
        }
    }

    /** The inode numbers of a process's sockets. */
    List<Long> sockets(Owner owner) {
        List<Long> inodes = new ArrayList<>();
        forEachDescriptor(
                owner,
                (fd, target) -> {
                    if (target.startsWith("socket:[")) {
                        inodes.add(Long.parseLong(target.replaceAll("\\D", "")));
                    }
                });
        return inodes;
    }

    private interface DescriptorVisitor {
        void visit(String fd, String target);
    }

    private void forEachDescriptor(Owner owner, DescriptorVisitor visitor) {
        try (DirectoryStream<Path> fds = Files.newDirectoryStream(path(owner).resolve("fd"))) {
            for (Path fd : fds) {
                visitor.visit(fd.getFileName().toString(), linkTarget(fd));
            }
        } catch (IOException | DirectoryIteratorException e) {
            return;
        }
    }

    /**
     * The event descriptors of a process.
     *
     * @return what each counts, by the kernel's number of the event; empty where the kernel does
     *     not tell (before 5.2)
     */
    Map<Integer, Long> events(Owner owner) {
        Map<Integer, Long> counts = new TreeMap<>();
        forEachDescriptor(
                owner,
                (fd, target) -> {
                    if (target.contains("[eventfd]")) {
                        Map<String, String> info =
                                fields(path(owner).resolve("fdinfo").resolve(fd));
                        if (info.containsKey("eventfd-id") && info.containsKey("eventfd-count")) {
                            counts.put(
                                    Integer.parseInt(info.get("eventfd-id")),
                                    Long.parseUnsignedLong(info.get("eventfd-count"), 16));
                        }
                    }
                });
        return counts;
    }

    /** Whether a process is stopped, by a signal or a debugger. */
    boolean isStopped(Owner owner) {
        String state = fields(path(owner).resolve("status")).getOrDefault("State", "");
        return state.startsWith("T") || state.startsWith("t");
    }

    private static Map<String, String> fields(Path file) {
        Map<String, String> fields = new HashMap<>();
        try {
            for (String line : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
                int colon = line.indexOf(':');
                if (colon > 0) {
                    fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
                }
            }
        } catch (IOException e) {
            return fields;
        }
        return fields;
    }

    /** The Unix sockets of a process's network namespace, as the kernel lists them. */
    List<String> unixSockets(Owner owner) {
        try {
            return Files.readAllLines(
                    path(owner).resolve("net").resolve("unix"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return List.of();
        }
    }

    /**
     * Why a process cannot be looked into, and what to do, for its user.
     *
     * @return one sentence without a full stop
     */
    String lockedSentence(Owner owner) {
        String scope = "";
        Path yama = proc.resolve("sys/kernel/yama/ptrace_scope");
        try {
            scope = " (kernel.yama.ptrace_scope is " + Files.readString(yama).strip() + ")";
        } catch (IOException e) {
            scope = " (the kernel has no Yama ptrace scope)";
        }
        String asOwner =
                owner.uid() == 0
                        ? ""
                        : ", or as user " + owner.uid() + " unless it has capabilities of its own";
        return "may not look into "
                + owner
                + " of user "
                + owner.uid()
                + ": that takes the rights of a debugger; run this as root, or with the capability"
                + " CAP_SYS_PTRACE"
                + asOwner
                + scope;
    }
}
