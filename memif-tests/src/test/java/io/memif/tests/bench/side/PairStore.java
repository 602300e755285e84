package io.memif.tests.bench.side;

import com.google.gson.Gson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** Pairs, kept in a file as one JSON object a line, so that a benchmark can be resumed. */
final class PairStore {
    private final Gson gson = new Gson();
    private final Path file;
    private final List<Pair> pairs = new ArrayList<>();

    private PairStore(Path file) {
        this.file = file;
    }

    static PairStore open(Path file, boolean resume) throws IOException {
        PairStore store = new PairStore(file);
        Files.createDirectories(file.toAbsolutePath().getParent());
        if (!resume) {
            Files.deleteIfExists(file);
        } else if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                store.pairs.add(store.gson.fromJson(line, Pair.class));
            }
        }
        return store;
    }

    void add(Pair pair) throws IOException {
        pairs.add(pair);
        Files.writeString(
                file,
                gson.toJson(pair) + "\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    /** All pairs of a row on a JVM, in the order they ran. */
    List<Pair> of(String row, String jvm) {
        return pairs.stream()
                .filter(pair -> pair.row().equals(row) && pair.jvm().equals(jvm))
                .toList();
    }

    /** The states that the machine was in during the pairs that are kept, of all rows. */
    LineStates states() {
        return LineStates.of(
                pairs.stream().filter(Pair::isKept).map(Pair::lineRoundTripNs).toList());
    }

    /** Why runs of a row failed. */
    List<String> failures(String row) {
        return pairs.stream()
                .filter(pair -> pair.failure() != null && pair.row().equals(row))
                .map(Pair::failure)
                .distinct()
                .toList();
    }
}
