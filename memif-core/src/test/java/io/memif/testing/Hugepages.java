package io.memif.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reserves hugepages of the default size for one test, where that is allowed. */
public final class Hugepages implements AutoCloseable {
    private static final Path COUNT = Path.of("/proc/sys/vm/nr_hugepages");

    private final int before;
    private final int now;

    private Hugepages(int before, int now) {
        this.before = before;
        this.now = now;
    }

    /**
     * Sets how many there are; given back on close.
     *
     * @return null if they cannot be had
     */
    public static Hugepages reserve(int pages) throws IOException {
        if (!Files.isWritable(COUNT)) {
            return null;
        }
        int before = count();
        try {
            Files.writeString(COUNT, pages + "\n");
        } catch (IOException e) {
            return null;
        }
        Hugepages reserved = new Hugepages(before, count());
        if (reserved.now < pages) {
            reserved.close();
            return null;
        }
        return reserved;
    }

    /** How many the machine has. */
    public static int count() throws IOException {
        return Integer.parseInt(Files.readAllLines(COUNT).get(0).strip());
    }

    /** How many are neither used nor promised to a mapping. */
    public static int free() throws IOException {
        int free = 0;
        for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
            if (line.startsWith("HugePages_Free:")) {
                free += Integer.parseInt(line.replaceAll("\\D", ""));
            } else if (line.startsWith("HugePages_Rsvd:")) {
                free -= Integer.parseInt(line.replaceAll("\\D", ""));
            }
        }
        return free;
    }

    @Override
    public void close() throws IOException {
        Files.writeString(COUNT, before + "\n");
    }
}
