package io.memif.examples;

import io.memif.Mode;
import io.memif.Role;
import io.memif.RxMode;
import io.memif.examples.icmp.IpAddress;
import io.memif.examples.icmp.IpPrefix;
import io.memif.examples.icmp.MacAddress;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Turns option values into what they stand for; what cannot be turned is wrong usage. */
public final class Converters {
    private Converters() {}

    private static <T> T convert(Function<String, T> parser, String value) {
        try {
            return parser.apply(value);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }

    /** An own address with prefix length. */
    public static final class Prefix implements ITypeConverter<IpPrefix> {
        @Override
        public IpPrefix convert(String value) {
            return Converters.convert(IpPrefix::parse, value);
        }
    }

    /** An address. */
    public static final class Address implements ITypeConverter<IpAddress> {
        @Override
        public IpAddress convert(String value) {
            return Converters.convert(IpAddress::parse, value);
        }
    }

    /** An Ethernet address of a single interface. */
    public static final class Mac implements ITypeConverter<MacAddress> {
        @Override
        public MacAddress convert(String value) {
            return Converters.convert(MacAddress::parseUnicast, value);
        }
    }

    /** One of several links, as {@link LinkOptions#parse} takes it. */
    public static final class Link implements ITypeConverter<LinkOptions> {
        @Override
        public LinkOptions convert(String value) {
            return Converters.convert(LinkOptions::parse, value);
        }
    }

    /** A number that may be large: with a fraction, and k, M or G after it. */
    public static final class Amount implements ITypeConverter<Double> {
        @Override
        public Double convert(String value) {
            if (!value.matches("[0-9]+(\\.[0-9]+)?[kKmMgG]?")) {
                throw new TypeConversionException("'" + value + "' is not a number such as 1.5M");
            }
            String digits = value.replaceAll("[a-zA-Z]", "");
            double unit =
                    switch (value.toLowerCase(Locale.ROOT).charAt(value.length() - 1)) {
                        case 'k' -> 1e3;
                        case 'm' -> 1e6;
                        case 'g' -> 1e9;
                        default -> 1;
                    };
            return Double.parseDouble(digits) * unit;
        }
    }

    /** An interface id, unsigned 32 bits. */
    public static final class Id implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String value) {
            try {
                return Integer.parseUnsignedInt(value);
            } catch (NumberFormatException e) {
                throw new TypeConversionException(
                        "'" + value + "' is not a number from 0 to 4294967295");
            }
        }
    }

    /**
     * One of a few words.
     *
     * @param <T> what the words stand for
     */
    public abstract static class OneOf<T> implements ITypeConverter<Choice<T>> {
        private final Map<String, T> words;

        /**
         * The words.
         *
         * @param words in lower case, and what they stand for
         */
        protected OneOf(Map<String, T> words) {
            this.words = words;
        }

        @Override
        public Choice<T> convert(String value) {
            String word = value.toLowerCase(Locale.ROOT);
            T found = words.get(word);
            if (found == null) {
                throw new TypeConversionException(
                        "'" + value + "' is not one of " + String.join(", ", words.keySet()));
            }
            return new Choice<>(word, found);
        }
    }

    /** Sides of a link. */
    public static final class RoleWord extends OneOf<Role> {
        /** Used by the command line. */
        public RoleWord() {
            super(new TreeMap<>(Map.of("slave", Role.SLAVE, "master", Role.MASTER)));
        }
    }

    /** The modes that peers define. */
    public static final class ModeWord extends OneOf<Mode> {
        /** Used by the command line. */
        public ModeWord() {
            super(new TreeMap<>(Map.of("ethernet", Mode.ETHERNET, "ip", Mode.IP)));
        }
    }

    /** How receive queues wait. */
    public static final class RxModeWord extends OneOf<RxMode> {
        /** Used by the command line. */
        public RxModeWord() {
            super(
                    new TreeMap<>(
                            Map.of(
                                    "interrupt", RxMode.INTERRUPT,
                                    "polling", RxMode.POLLING,
                                    "adaptive", RxMode.ADAPTIVE)));
        }
    }
}
