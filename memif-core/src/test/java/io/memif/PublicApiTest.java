package io.memif;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The public surface is the one that is written down, and names no internal type. */
@Timeout(60)
class PublicApiTest {
    private static final Path WRITTEN = Path.of("api.txt");
    private static final Path CLASSES = Path.of("target", "classes");
    private static final Path SOURCES = Path.of("src", "main", "java");
    private static final List<String> PACKAGES =
            List.of("io.memif", "io.memif.unix", "io.memif.unix.pass");

    private static final String INTERNAL = "io.memif.internal.";

    @Test
    void theSurfaceIsTheOneWrittenDown() throws Exception {
        List<String> now = surface();
        if (Boolean.getBoolean("memif.api.write")) {
            Files.write(WRITTEN, now);
        }
        List<String> written = Files.readAllLines(WRITTEN);
        Set<String> gone = new TreeSet<>(written);
        now.forEach(gone::remove);
        Set<String> added = new TreeSet<>(now);
        written.forEach(added::remove);
        assertTrue(
                gone.isEmpty() && added.isEmpty(),
                () ->
                        ("the public surface is not that of memif-core/api.txt\n  gone: " + gone)
                                + ("\n  new: " + added)
                                + "\nIf that is wanted: mvn test -pl memif-core"
                                + " -Dtest=PublicApiTest -Dmemif.api.write=true, and commit it");
    }

    @Test
    void noSignatureNamesAnInternalType() throws Exception {
        assertEquals(
                List.of(), surface().stream().filter(line -> line.contains(INTERNAL)).toList());
    }

    @Test
    void noJavadocNamesAnInternalType() throws Exception {
        Pattern comment = Pattern.compile("/\\*\\*.*?\\*/", Pattern.DOTALL);
        Pattern imported = Pattern.compile("import " + Pattern.quote(INTERNAL) + "\\w+\\.(\\w+)");
        List<String> wrong = new ArrayList<>();
        Stream<String> packages = PACKAGES.stream().map(name -> name + ".package-info");
        Stream<String> types = publicTypes().map(Class::getName);
        for (String name : Stream.concat(packages, types).toList()) {
            String source = Files.readString(SOURCES.resolve(name.replace('.', '/') + ".java"));
            Set<String> internal =
                    imported.matcher(source)
                            .results()
                            .map(found -> found.group(1))
                            .collect(Collectors.toSet());
            comment.matcher(source)
                    .results()
                    .map(found -> found.group())
                    .filter(
                            text ->
                                    text.contains(INTERNAL)
                                            || internal.stream()
                                                    .anyMatch(type -> links(text, type)))
                    .forEach(text -> wrong.add(name + ": " + text));
        }
        assertEquals(List.of(), wrong);
    }

    /** Whoever prints one in a log sees which it is. */
    @Test
    void everyObjectSaysWhatItIs() throws Exception {
        List<String> silent =
                publicTypes()
                        .filter(type -> !type.isInterface() && !type.isEnum())
                        .filter(type -> !Throwable.class.isAssignableFrom(type))
                        .filter(PublicApiTest::hasInstances)
                        .filter(type -> !declaresToString(type))
                        .map(Class::getName)
                        .toList();
        assertEquals(List.of(), silent);
    }

    private static boolean hasInstances(Class<?> type) {
        return Arrays.stream(type.getDeclaredMethods())
                .anyMatch(
                        method ->
                                Modifier.isPublic(method.getModifiers())
                                        && !Modifier.isStatic(method.getModifiers()));
    }

    private static boolean declaresToString(Class<?> type) {
        return Arrays.stream(type.getDeclaredMethods())
                .anyMatch(method -> method.getName().equals("toString"));
    }

    private static boolean links(String comment, String type) {
        return Pattern.compile("(@link|@see|@throws)\\s+" + type + "\\b").matcher(comment).find();
    }

    /** Top-level types that can be named from outside. */
    private static Stream<Class<?>> publicTypes() throws IOException {
        List<Class<?>> types = new ArrayList<>();
        for (String name : PACKAGES) {
            try (Stream<Path> files = Files.list(CLASSES.resolve(name.replace('.', '/')))) {
                files.map(file -> file.getFileName().toString())
                        .filter(file -> file.endsWith(".class") && !file.contains("$"))
                        .filter(file -> !file.equals("package-info.class"))
                        .sorted()
                        .forEach(file -> types.add(load(name + "." + file.replace(".class", ""))));
            }
        }
        assertTrue(types.size() > 30, "classes found: " + types);
        return types.stream().filter(type -> Modifier.isPublic(type.getModifiers()));
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, PublicApiTest.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> surface() throws IOException {
        Set<String> lines = new TreeSet<>();
        publicTypes().forEach(type -> add(type, lines));
        return List.copyOf(lines);
    }

    private static void add(Class<?> type, Set<String> lines) {
        String name = type.getName();
        List<String> parents = new ArrayList<>();
        if (type.getGenericSuperclass() != null) {
            parents.add(type.getGenericSuperclass().getTypeName());
        }
        for (var parent : type.getGenericInterfaces()) {
            parents.add(parent.getTypeName());
        }
        lines.add(name + " : " + Modifier.toString(type.getModifiers()) + " " + parents);
        members(type.getDeclaredFields())
                .forEach(field -> lines.add(line(name, ((Field) field).toGenericString())));
        members(type.getDeclaredConstructors())
                .forEach(made -> lines.add(line(name, ((Executable) made).toGenericString())));
        members(type.getDeclaredMethods())
                .filter(method -> !((Method) method).isBridge())
                .forEach(method -> lines.add(line(name, ((Method) method).toGenericString())));
        for (Class<?> nested : type.getDeclaredClasses()) {
            if (visible(nested.getModifiers())) {
                add(nested, lines);
            }
        }
    }

    /** Without saying twice whose member it is. */
    private static String line(String name, String member) {
        return name + " " + member.replace(name + ".", "");
    }

    private static Stream<Member> members(Member[] all) {
        return Arrays.stream(all)
                .filter(member -> visible(member.getModifiers()) && !member.isSynthetic());
    }

    private static boolean visible(int modifiers) {
        return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
    }
}
