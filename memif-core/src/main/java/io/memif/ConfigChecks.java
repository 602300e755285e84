package io.memif;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Checks of single values that a builder was given. */
final class ConfigChecks {
    private static final int MAX_NAME = 31;

    private ConfigChecks() {}

    static String name(String what, String value) {
        int length = value.getBytes(StandardCharsets.UTF_8).length;
        if (length > MAX_NAME) {
            throw new IllegalArgumentException(
                    what + " has " + length + " bytes, at most " + MAX_NAME + " fit the message");
        }
        return value;
    }

    static void bytes(String what, long value) {
        if (value < 0) {
            throw new IllegalArgumentException(what + "=" + value + " is negative");
        }
    }

    static void range(String what, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                    what + "=" + value + " is not within " + min + " to " + max);
        }
    }

    /** In nanoseconds; a duration that no {@code long} can hold counts as for ever. */
    static long nanos(String what, Duration value, long minNs) {
        if (value.compareTo(Duration.ofNanos(minNs)) < 0) {
            throw new IllegalArgumentException(
                    what + "=" + value + " is less than " + Duration.ofNanos(minNs));
        }
        return nanos(value);
    }

    /** In nanoseconds; a duration that no {@code long} can hold counts as for ever. */
    static long nanos(Duration value) {
        Duration longest = Duration.ofNanos(Long.MAX_VALUE);
        return value.compareTo(longest) < 0 ? value.toNanos() : Long.MAX_VALUE;
    }
}
