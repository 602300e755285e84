package io.memif.tests.bench.side;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/** Makes tables of the pairs that were run, and publishes them. */
final class Report {
    /** The directory of the published tables, seen from the root of the project. */
    static final String TABLES = "memif-core/docs/measurements";

    private static final String BEGIN = "<!-- side-by-side: begin -->";
    private static final String END = "<!-- side-by-side: end -->";

    private final Path directory;
    private final PairStore store;
    private final String settings;

    Report(Path directory, PairStore store, String settings) {
        this.directory = directory;
        this.store = store;
        this.settings = settings;
    }

    /** Writes and prints the table of some rows. */
    void write(List<Row> rows, List<Jvm> jvms) throws IOException {
        Measurements measurements = measurements(rows, jvms);
        for (Row row : rows) {
            for (String failure : store.failures(row.id())) {
                System.out.printf("%s failed at times: %s%n", row.id(), failure);
            }
        }
        if (!measurements.entries().isEmpty()) {
            measurements.write(directory);
            Path table = measurements.tableIn(directory);
            System.out.println(Files.readString(table));
            System.out.println(table);
        }
    }

    private Measurements measurements(List<Row> rows, List<Jvm> jvms) throws IOException {
        LineStates states = store.states();
        String today = LocalDate.now().toString();
        List<Entry> entries = new ArrayList<>();
        for (Row row : rows) {
            for (Jvm jvm : jvms) {
                List<Pair> pairs = store.of(row.id(), jvm.name());
                entries.addAll(Entry.of(row, jvm.name(), pairs, states, today));
            }
        }
        return new Measurements(Machine.processor(), Machine.describe(), settings, entries);
    }

    /** Puts the rows for everybody into the tables beside a README, and the worst into it. */
    void publish(Path readme, List<Jvm> jvms) throws IOException {
        Path tables = readme.toAbsolutePath().resolveSibling(TABLES);
        Measurements fresh = measurements(Rows.published(), jvms);
        if (!fresh.entries().isEmpty()) {
            fresh.mergeInto(tables);
        }
        List<Measurements> all = Measurements.readAll(tables);
        for (Measurements each : all) {
            each.writeTable(tables);
        }
        Files.writeString(readme, withShortForm(Files.readString(readme), all, readme));
    }

    /** A README with the short form between its two lines. */
    static String withShortForm(String text, List<Measurements> all, Path readme)
            throws IOException {
        int begin = text.indexOf(BEGIN);
        int end = text.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IOException(readme + " has no lines " + BEGIN + " and " + END);
        }
        String section = BEGIN + "\n" + ShortForm.of(all, TABLES);
        return text.substring(0, begin) + section + text.substring(end);
    }
}
