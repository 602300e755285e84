package io.memif.examples.perf;

import java.util.List;
import java.util.Locale;

/** One compact line of JSON: an object whose members come in the order they are put. */
final class JsonLine {
    private static final int SMALLEST_PRINTABLE = 0x20;

    private final StringBuilder text = new StringBuilder("{");

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

    JsonLine put(String name, String value) {
        name(name);
        if (value == null) {
            text.append("null");
        } else {
            string(value);
        }
        return this;
    }

    JsonLine put(String name, long value) {
        name(name).append(value);
        return this;
    }

    JsonLine put(String name, boolean value) {
        name(name).append(value);
        return this;
    }

    /** A number with as many digits behind the point. */
    JsonLine put(String name, double value, int digits) {
        name(name).append(decimal(value, digits));
        return this;
    }

    JsonLine put(String name, List<? extends Number> values, int digits) {
        name(name).append('[');
        for (int i = 0; i < values.size(); i++) {
            text.append(i > 0 ? "," : "").append(decimal(values.get(i).doubleValue(), digits));
        }
        text.append(']');
        return this;
    }

    private static String decimal(double value, int digits) {
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }

    @Override
    public String toString() {
        return text + "}";
    }
}
