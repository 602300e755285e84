package io.memif.tests.bench.side;

import com.google.gson.Gson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** Runs, kept in a file as one JSON object a line, so that a benchmark can be resumed. */
final class RunStore {
    private final Gson gson = new Gson();
    private final Path file;
    private final List<Run> runs = new ArrayList<>();

    private RunStore(Path file) {
        this.file = file;
    }

    static RunStore open(Path file, boolean resume) throws IOException {
        RunStore store = new RunStore(file);
        Files.createDirectories(file.toAbsolutePath().getParent());
        if (!resume) {
            Files.deleteIfExists(file);
        } else if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                store.runs.add(store.gson.fromJson(line, Run.class));
            }
        }
        return store;
    }

    void add(Run run) throws IOException {
        runs.add(run);
        Files.writeString(
                file,
                gson.toJson(run) + "\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    /** Whether the same run has been played successfully. */
    boolean has(Run wanted) {
        return runs.stream().anyMatch(run -> run.result() != null && run.isSameAs(wanted));
    }

    /** Successful runs of a match, in the order they were played. */
    List<Run> of(String row, boolean reference, String jvm) {
        return runs.stream()
                .filter(run -> run.result() != null)
                .filter(run -> run.isSameAs(new Run(row, reference, jvm, run.round(), null, null)))
                .toList();
    }

    /** Why runs of a row failed. */
    List<String> failures(String row) {
        return runs.stream()
                .filter(run -> run.result() == null && run.row().equals(row))
                .map(Run::failure)
                .distinct()
                .toList();
    }
}
