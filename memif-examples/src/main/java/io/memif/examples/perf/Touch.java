package io.memif.examples.perf;

import io.memif.examples.Converters;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What a sink does with a packet's bytes. */
enum Touch {
    /** Nothing: it looks at the length only. */
    NONE,
    /** Loads every byte. */
    READ,
    /** Copies them to the heap. */
    COPY;

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Touches on the command line. */
    static final class Word extends Converters.OneOf<Touch> {
        /** Used by the command line. */
        Word() {
            super(new TreeMap<>(Map.of("none", NONE, "read", READ, "copy", COPY)));
        }
    }
}
