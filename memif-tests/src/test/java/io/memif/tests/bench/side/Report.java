package io.memif.tests.bench.side;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/** Writes the table and the picture, and puts them into the README. */
final class Report {
    private static final String BEGIN = "<!-- side-by-side: begin -->";
    private static final String END = "<!-- side-by-side: end -->";
    private static final String PICTURE = "throughput.svg";
    private static final String TABLE = "table.md";

    private final Path directory;
    private final RunStore store;
    private final String settings;

    Report(Path directory, RunStore store, String settings) {
        this.directory = directory;
        this.store = store;
        this.settings = settings;
    }

    void write(List<Row> rows, List<Jvm> jvms) throws IOException {
        List<Comparison> comparisons = new ArrayList<>();
        for (Row row : rows) {
            for (Jvm jvm : jvms) {
                comparisons.addAll(Comparison.of(row, store, jvm, jvms.get(0)));
            }
            for (String failure : store.failures(row.id())) {
                System.out.printf("%s failed at times: %s%n", row.id(), failure);
            }
        }
        String machine = Machine.describe();
        String table = Table.of(machine, comparisons, settings);
        Files.writeString(directory.resolve(TABLE), table);
        System.out.println(table);
        Path picture = directory.resolve(PICTURE);
        if (Picture.draw(picture, "Throughput by packet size", machine, store, jvms.get(0))) {
            System.out.println(picture);
        }
    }

    void publish(Path readme) throws IOException {
        String text = Files.readString(readme);
        int begin = text.indexOf(BEGIN);
        int end = text.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IOException(readme + " has no lines " + BEGIN + " and " + END);
        }
        Path kept = Path.of("memif-tests", "src", "bench", PICTURE);
        Path root = readme.toAbsolutePath().getParent();
        Files.createDirectories(root.resolve(kept).getParent());
        Files.copy(
                directory.resolve(PICTURE),
                root.resolve(kept),
                StandardCopyOption.REPLACE_EXISTING);
        String section =
                BEGIN
                        + "\n"
                        + Files.readString(directory.resolve(TABLE))
                        + "\n![Throughput by packet size]("
                        + kept
                        + ")\n";
        Files.writeString(readme, text.substring(0, begin) + section + text.substring(end));
    }
}
