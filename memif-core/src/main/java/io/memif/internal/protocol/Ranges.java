package io.memif.internal.protocol;

/** Checks of our own values; a peer's are answered, never thrown at. */
final class Ranges {
    private Ranges() {}

    static void require(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                    name + "=" + value + " is outside " + min + " to " + max);
        }
    }
}
