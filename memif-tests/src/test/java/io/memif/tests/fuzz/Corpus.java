package io.memif.tests.fuzz;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Inputs worth keeping: those of the resource file, and those found since. One a line, in hex. */
final class Corpus {
    private static final Path FOUND = Path.of("target", "fuzz");

    private final String name;
    private final List<byte[]> inputs = new ArrayList<>();

    private Corpus(String name) {
        this.name = name;
    }

    /** The inputs in {@code /fuzz/NAME.corpus}; a line may end with a remark after a #. */
    static Corpus load(String name) {
        Corpus corpus = new Corpus(name);
        try (InputStream in = Corpus.class.getResourceAsStream("/fuzz/" + name + ".corpus")) {
            if (in != null) {
                String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
                text.lines()
                        .map(line -> line.replaceAll("#.*", "").trim())
                        .filter(line -> !line.isEmpty())
                        .forEach(line -> corpus.inputs.add(HexFormat.of().parseHex(line)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return corpus;
    }

    List<byte[]> inputs() {
        return inputs;
    }

    void add(byte[] input) {
        inputs.add(input);
    }

    /** Writes all of them to {@code target/fuzz}, from where they may be taken as resources. */
    void save() {
        try {
            Files.createDirectories(FOUND);
            List<String> lines = inputs.stream().map(HexFormat.of()::formatHex).toList();
            Files.write(FOUND.resolve(name + ".corpus"), lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
