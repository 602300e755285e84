package io.memif.examples;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** One compact line of JSON: an object whose members come in the order they are put. */
public final class JsonLine {
    private static final int SMALLEST_PRINTABLE = 0x20;

    private final StringBuilder text = new StringBuilder("{");

    /** An empty object. */
    public JsonLine() {}

    private StringBuilder name(String name) {
        if (text.length() > 1) {
            text.append(',');
        }
        return string(name).append(':');
    }

    private StringBuilder string(String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c < SMALLEST_PRINTABLE) {
                text.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                text.append(c);
            }
        }
        return text.append('"');
    }

    /**
     * Puts a text.
     *
     * @param name of the member
     * @param value may be null
     * @return this
     */
    public JsonLine put(String name, String value) {
        name(name);
        if (value == null) {
            text.append("null");
        } else {
            string(value);
        }
        return this;
    }

    /**
     * Puts a whole number.
     *
     * @param name of the member
     * @param value its value
     * @return this
     */
    public JsonLine put(String name, long value) {
        name(name).append(value);
        return this;
    }

    /**
     * Puts a truth value.
     *
     * @param name of the member
     * @param value its value
     * @return this
     */
    public JsonLine put(String name, boolean value) {
        name(name).append(value);
        return this;
    }

    /**
     * Puts another object.
     *
     * @param name of the member
     * @param value its value
     * @return this
     */
    public JsonLine put(String name, JsonLine value) {
        name(name).append(value);
        return this;
    }

    /**
     * Puts a number with as many digits after the point.
     *
     * @param name of the member
     * @param value its value
     * @param digits after the point, 0 or more
     * @return this
     */
    public JsonLine put(String name, double value, int digits) {
        name(name).append(decimal(value, digits));
        return this;
    }

    /**
     * Puts a list of numbers with as many digits after the point.
     *
     * @param name of the member
     * @param values its values
     * @param digits after the point, 0 or more
     * @return this
     */
    public JsonLine put(String name, List<? extends Number> values, int digits) {
        name(name).append('[');
        for (int i = 0; i < values.size(); i++) {
            text.append(i > 0 ? "," : "").append(decimal(values.get(i).doubleValue(), digits));
        }
        text.append(']');
        return this;
    }

    /**
     * Puts a list of objects.
     *
     * @param name of the member
     * @param values its values
     * @return this
     */
    public JsonLine put(String name, List<JsonLine> values) {
        name(name)
                .append(
                        values.stream()
                                .map(JsonLine::toString)
                                .collect(Collectors.joining(",", "[", "]")));
        return this;
    }

    private static String decimal(double value, int digits) {
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }

    /** The object, without a line break. */
    @Override
    public String toString() {
        return text + "}";
    }
}
