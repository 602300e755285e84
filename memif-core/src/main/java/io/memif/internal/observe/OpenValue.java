package io.memif.internal.observe;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import javax.management.openmbean.ArrayType;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.CompositeDataSupport;
import javax.management.openmbean.CompositeType;
import javax.management.openmbean.OpenDataException;
import javax.management.openmbean.OpenType;
import javax.management.openmbean.SimpleType;

/**
 * How a management tool sees a value: its open type, and how it is made from ours. Records become
 * composites, lists of them arrays, constants words in lower case, durations seconds; an object
 * that is not a record shows what its getters return, as far as that is simple.
 *
 * @param type what the tool is told
 * @param convert makes a value of that type; null stays null
 */
record OpenValue(OpenType<?> type, Function<Object, Object> convert) {
    /** Numbers whose 32 bits are unsigned, by name. */
    private static final Set<String> UNSIGNED = Set.of("id", "peerUid", "peerGid");

    private static final Map<Class<?>, SimpleType<?>> SIMPLE =
            Map.of(
                    int.class, SimpleType.INTEGER,
                    long.class, SimpleType.LONG,
                    boolean.class, SimpleType.BOOLEAN,
                    String.class, SimpleType.STRING);

    /** One named value of an object, and how to get it from there. */
    record Item(String name, OpenValue value, Method getter) {
        Object of(Object owner) {
            try {
                Object found = getter.invoke(owner);
                return found == null ? null : value.convert.apply(found);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("cannot read " + getter, e);
            }
        }
    }

    /** What there is to see of objects of a class. */
    static List<Item> items(Class<?> of) {
        List<Item> items = new ArrayList<>();
        if (of.isRecord()) {
            for (RecordComponent each : of.getRecordComponents()) {
                items.add(item(each.getName(), each.getGenericType(), each.getAccessor()));
            }
        } else {
            Arrays.stream(of.getDeclaredMethods())
                    .filter(OpenValue::isSimpleGetter)
                    .sorted(Comparator.comparing(Method::getName))
                    .forEach(each -> items.add(item(each.getName(), each.getReturnType(), each)));
        }
        // A public accessor of a record that only its own package sees.
        items.forEach(each -> each.getter.setAccessible(true));
        return items;
    }

    private static boolean isSimpleGetter(Method method) {
        Class<?> type = method.getReturnType();
        return Modifier.isPublic(method.getModifiers())
                && !Modifier.isStatic(method.getModifiers())
                && method.getParameterCount() == 0
                && !method.getName().equals("toString")
                && (SIMPLE.containsKey(type) || type.isEnum() || type == Duration.class);
    }

    private static Item item(String name, Type type, Method getter) {
        String shown = type == Duration.class ? name + "Seconds" : name;
        return new Item(shown, of(name, type), getter);
    }

    private static OpenValue of(String name, Type type) {
        if (type instanceof ParameterizedType generic) {
            Class<?> first = (Class<?>) generic.getActualTypeArguments()[0];
            return generic.getRawType() == Map.class ? counts(first) : list(first);
        }
        Class<?> plain = (Class<?>) type;
        if (plain == int.class && UNSIGNED.contains(name)) {
            return new OpenValue(SimpleType.LONG, value -> Integer.toUnsignedLong((Integer) value));
        }
        if (SIMPLE.containsKey(plain)) {
            return new OpenValue(SIMPLE.get(plain), value -> value);
        }
        if (plain.isEnum()) {
            return new OpenValue(SimpleType.STRING, value -> word((Enum<?>) value));
        }
        if (plain == Duration.class) {
            return new OpenValue(SimpleType.DOUBLE, value -> ((Duration) value).toNanos() / 1e9);
        }
        return composite(plain);
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static OpenValue composite(Class<?> of) {
        List<Item> items = items(of);
        Map<String, OpenType<?>> types = new LinkedHashMap<>();
        items.forEach(item -> types.put(item.name(), item.value().type()));
        return composite(
                of.getSimpleName(),
                types,
                object -> {
                    Map<String, Object> values = new LinkedHashMap<>();
                    items.forEach(item -> values.put(item.name(), item.of(object)));
                    return values;
                });
    }

    /** A number for each constant. */
    private static OpenValue counts(Class<?> constants) {
        Map<String, OpenType<?>> types = new LinkedHashMap<>();
        for (Object each : constants.getEnumConstants()) {
            types.put(camelCase((Enum<?>) each), SimpleType.LONG);
        }
        return composite(
                constants.getSimpleName() + "s",
                types,
                object -> {
                    Map<String, Object> values = new LinkedHashMap<>();
                    ((Map<?, ?>) object)
                            .forEach((key, value) -> values.put(camelCase((Enum<?>) key), value));
                    return values;
                });
    }

    private static OpenValue composite(
            String name, Map<String, OpenType<?>> types, Function<Object, Map<String, ?>> values) {
        String[] names = types.keySet().toArray(String[]::new);
        try {
            CompositeType type =
                    new CompositeType(
                            name, name, names, names, types.values().toArray(OpenType[]::new));
            return new OpenValue(type, object -> data(type, values.apply(object)));
        } catch (OpenDataException e) {
            throw new IllegalStateException(e);
        }
    }

    private static CompositeData data(CompositeType type, Map<String, ?> values) {
        try {
            return new CompositeDataSupport(type, values);
        } catch (OpenDataException e) {
            throw new IllegalStateException(e);
        }
    }

    private static OpenValue list(Class<?> of) {
        OpenValue each = composite(of);
        try {
            return new OpenValue(
                    new ArrayType<CompositeData[]>(1, each.type),
                    list ->
                            ((List<?>) list)
                                    .stream().map(each.convert).toArray(CompositeData[]::new));
        } catch (OpenDataException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String camelCase(Enum<?> constant) {
        StringBuilder name = new StringBuilder();
        for (String part : word(constant).split("-")) {
            name.append(name.isEmpty() ? part.charAt(0) : Character.toUpperCase(part.charAt(0)));
            name.append(part.substring(1));
        }
        return name.toString();
    }
}
