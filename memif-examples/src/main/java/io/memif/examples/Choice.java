package io.memif.examples;

/**
 * The value of an option that takes one of a few words.
 *
 * @param <T> what the words stand for
 * @param text the word, in lower case
 * @param value what it stands for
 */
public record Choice<T>(String text, T value) {
    /** The word, so that help shows defaults the way they are typed. */
    @Override
    public String toString() {
        return text;
    }
}
