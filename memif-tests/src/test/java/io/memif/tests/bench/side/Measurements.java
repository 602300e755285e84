package io.memif.tests.bench.side;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What was measured on machines with one model of processor. It is kept in two files: one of JSON
 * that holds everything, and one of Markdown that is made of it.
 *
 * @param processor model
 * @param machine one line: memory, system
 * @param settings how it was measured
 * @param entries in the order of the table
 */
record Measurements(String processor, String machine, String settings, List<Entry> entries) {
    private static final String JSON = ".json";
    private static final Gson GSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    /** Reads a file of JSON. */
    static Measurements read(Path json) throws IOException {
        return GSON.fromJson(Files.readString(json), Measurements.class);
    }

    /** Reads all of a directory, sorted by their names. */
    static List<Measurements> readAll(Path directory) throws IOException {
        List<Path> files;
        try (Stream<Path> found = Files.list(directory)) {
            files = found.filter(file -> file.toString().endsWith(JSON)).sorted().toList();
        }
        List<Measurements> all = new ArrayList<>();
        for (Path file : files) {
            all.add(read(file));
        }
        return all;
    }

    /** How the names of its files begin. */
    String fileName() {
        return processor
                .toLowerCase(Locale.ROOT)
                .replaceAll("\\((r|tm)\\)", "")
                .replaceAll("[^a-z0-9]+", "-")
                .replaceAll("^-|-$", "");
    }

    /** The file of Markdown. */
    Path tableIn(Path directory) {
        return directory.resolve(fileName() + ".md");
    }

    /** The chart. */
    Path chartIn(Path directory) {
        return directory.resolve(fileName() + ".svg");
    }

    /**
     * What is known after a new measurement on the same model: rows that were measured again are
     * replaced on the JVMs and in the states that they were measured in, the others stay. A machine
     * is in the state that it happens to be in, so the others cannot be had again at will.
     *
     * @param newer with results of the same model
     */
    Measurements with(Measurements newer) {
        List<Entry> merged = new ArrayList<>(newer.entries);
        entries.stream()
                .filter(old -> newer.entries.stream().noneMatch(entry -> entry.replaces(old)))
                .forEach(merged::add);
        List<String> order = Rows.published().stream().map(Row::id).toList();
        merged.sort(Comparator.comparingInt(entry -> order.indexOf(entry.row())));
        return new Measurements(processor, newer.machine, newer.settings, merged);
    }

    /** Adds these to what a directory has of this model, and leaves other models alone. */
    Measurements mergeInto(Path directory) throws IOException {
        Path json = directory.resolve(fileName() + JSON);
        Measurements merged = Files.exists(json) ? read(json).with(this) : this;
        merged.write(directory);
        return merged;
    }

    /** Writes the files, and the chart if there is something to draw. */
    void write(Path directory) throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve(fileName() + JSON), GSON.toJson(this) + "\n");
        Chart.draw(chartIn(directory), this);
        writeTable(directory);
    }

    /** Writes the file of Markdown alone. */
    void writeTable(Path directory) throws IOException {
        Files.writeString(tableIn(directory), Table.of(this, Files.exists(chartIn(directory))));
    }

    /** Names of all JVMs, in the order of the table. */
    List<String> jvms() {
        return entries.stream().map(Entry::jvm).distinct().toList();
    }

    /** Date of the latest run. */
    String date() {
        return entries.stream().map(Entry::date).max(Comparator.naturalOrder()).orElse("");
    }
}
