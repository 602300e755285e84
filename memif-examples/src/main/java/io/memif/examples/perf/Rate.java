package io.memif.examples.perf;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A rate as it is typed: bits per second as iperf3 takes them ({@code 10G}), or packets per second
 * ({@code 1.5Mpps}).
 *
 * @param text as typed
 * @param perSecond bits or packets
 * @param isPackets which of them
 */
record Rate(String text, double perSecond, boolean isPackets) {
    private static final Pattern FORM =
            Pattern.compile("([0-9]+(?:\\.[0-9]+)?)([kmgt]?)(pps|bps|bit/s)?");

    private static final int BITS = 8;

    /**
     * Reads a rate.
     *
     * @param text digits, one of K, M, G and T, and pps if it is not in bits
     * @throws IllegalArgumentException if it is something else, or 0
     */
    static Rate parse(String text) {
        Matcher found = FORM.matcher(text.toLowerCase(Locale.ROOT));
        if (!found.matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a rate such as 500M (bits per second) or 2Mpps");
        }
        double unit =
                switch (found.group(2)) {
                    case "k" -> 1e3;
                    case "m" -> 1e6;
                    case "g" -> 1e9;
                    case "t" -> 1e12;
                    default -> 1;
                };
        double value = Double.parseDouble(found.group(1)) * unit;
        if (value <= 0) {
            throw new IllegalArgumentException("'" + text + "' is not a rate: it is 0");
        }
        return new Rate(text, value, "pps".equals(found.group(3)));
    }

    /**
     * In packets per second.
     *
     * @param length mean bytes of a packet
     */
    double packets(double length) {
        return isPackets ? perSecond : perSecond / (BITS * length);
    }

    /** The words it was typed with. */
    @Override
    public String toString() {
        return text;
    }

    /** Rates on the command line. */
    static final class Word implements ITypeConverter<Rate> {
        @Override
        public Rate convert(String value) {
            try {
                return parse(value);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
