package io.memif.tests.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The names that occur in the sources of all modules, and those of the JDK. */
final class SourceNames {
    private static final Pattern TYPE =
            Pattern.compile("\\b(?:class|interface|enum|record) ([A-Z]\\w*)");
    private static final Pattern WORD = Pattern.compile("\\w+");
    private static final Pattern PROPERTY = Pattern.compile("\"([a-z]+(?:\\.\\w+)+)\"");
    private static final List<String> JDK_PACKAGES =
            List.of(
                    "java.lang.",
                    "java.util.",
                    "java.util.concurrent.",
                    "java.util.function.",
                    "java.util.logging.",
                    "java.nio.",
                    "java.nio.channels.",
                    "java.time.",
                    "jdk.jfr.");

    private final Set<String> types = new HashSet<>();
    private final Set<String> words = new HashSet<>();
    private final Set<String> files = new HashSet<>();
    private final Set<String> properties = new HashSet<>();

    static SourceNames of(Path root) throws IOException {
        SourceNames names = new SourceNames();
        for (String module : List.of("memif-core", "memif-examples", "memif-tests")) {
            try (Stream<Path> all = Files.walk(root.resolve(module).resolve("src"))) {
                for (Path source : all.filter(Files::isRegularFile).toList()) {
                    names.add(source);
                }
            }
        }
        return names;
    }

    private void add(Path source) throws IOException {
        String name = source.getFileName().toString();
        if (name.endsWith(".java")) {
            files.add(name.substring(0, name.length() - ".java".length()));
            String text = Files.readString(source);
            Matcher type = TYPE.matcher(text);
            while (type.find()) {
                types.add(type.group(1));
            }
            Matcher word = WORD.matcher(text);
            while (word.find()) {
                words.add(word.group());
            }
            Matcher property = PROPERTY.matcher(text);
            while (property.find()) {
                properties.add(property.group(1));
            }
        }
    }

    /** Whether a source file of that name exists. */
    boolean hasFile(String name) {
        return files.contains(name);
    }

    /** Whether a word occurs in any source. */
    boolean hasWord(String word) {
        return words.contains(word);
    }

    /** Whether a source names a system property. */
    boolean hasProperty(String name) {
        return properties.contains(name);
    }

    /** Whether a type is declared in a source, or is one of the JDK. */
    boolean hasType(String name) {
        return types.contains(name) || ofJdk(name) != null;
    }

    /** Whether a type has a member; for types of the sources, whether any source names it. */
    boolean hasMember(String type, String member) {
        Class<?> jdk = types.contains(type) ? null : ofJdk(type);
        return jdk == null
                ? hasWord(member)
                : Stream.concat(Arrays.stream(jdk.getMethods()), Arrays.stream(jdk.getFields()))
                        .anyMatch(each -> each.getName().equals(member));
    }

    private static Class<?> ofJdk(String name) {
        for (String prefix : JDK_PACKAGES) {
            try {
                return Class.forName(prefix + name, false, null);
            } catch (ClassNotFoundException e) {
                // In another package, or in none.
                continue;
            }
        }
        return null;
    }
}
