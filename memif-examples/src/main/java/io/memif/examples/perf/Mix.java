package io.memif.examples.perf;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * The lengths of the packets that a source sends in turn. Mixes are not compared.
 *
 * @param name as typed
 * @param lengths in bytes, one after the other, again and again
 */
@SuppressWarnings("ArrayRecordComponent")
record Mix(String name, int[] lengths) {
    /** What CSIT calls IMIX_v4_1: 7 packets of 64 bytes, 4 of 570 and one of 1518. */
    private static final int[] IMIX = {64, 570, 64, 64, 570, 64, 1518, 64, 570, 64, 64, 570};

    /**
     * Reads a mix.
     *
     * @param text a number of bytes, or imix
     * @throws IllegalArgumentException if it is neither
     */
    static Mix parse(String text) {
        String word = text.toLowerCase(Locale.ROOT);
        if (word.equals("imix")) {
            return new Mix(word, IMIX.clone());
        }
        if (!word.matches("[0-9]{1,5}")) {
            throw new IllegalArgumentException(
                    "'" + text + "' is neither a number of bytes nor imix");
        }
        return of(Integer.parseInt(word));
    }

    /** Packets of the same length. */
    static Mix of(int length) {
        return new Mix(Integer.toString(length), new int[] {length});
    }

    /** The same, but for packets of a mixture of lengths that are too short for their headers. */
    Mix atLeast(int length) {
        return lengths.length == 1
                ? this
                : new Mix(
                        name, Arrays.stream(lengths).map(each -> Math.max(each, length)).toArray());
    }

    int shortest() {
        return Arrays.stream(lengths).min().orElseThrow();
    }

    int longest() {
        return Arrays.stream(lengths).max().orElseThrow();
    }

    double mean() {
        return Arrays.stream(lengths).average().orElseThrow();
    }

    /** The lengths that occur, each once. */
    List<Integer> distinct() {
        return Arrays.stream(lengths).boxed().distinct().toList();
    }

    /** For people. */
    String title() {
        return lengths.length > 1 ? name.toUpperCase(Locale.ROOT) : name + " B";
    }

    @Override
    public String toString() {
        return name;
    }

    /** Mixes on the command line. */
    static final class Word implements ITypeConverter<Mix> {
        @Override
        public Mix convert(String value) {
            try {
                return parse(value);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
