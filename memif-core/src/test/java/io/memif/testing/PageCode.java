package io.memif.testing;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** The Java code that stands in a page of the documentation, compiled as it stands. */
public final class PageCode {
    private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern NAME =
            Pattern.compile("public (?:final )?(?:class|interface|record|enum) (\\w+)");

    private PageCode() {}

    /** The Java blocks of a page, in their order. */
    public static List<String> blocks(Path page) throws IOException {
        return BLOCK.matcher(Files.readString(page))
                .results()
                .map(block -> block.group(1))
                .toList();
    }

    /** The name of the public class in a block; null if the block is a part of a method. */
    public static String className(String block) {
        Matcher name = NAME.matcher(block);
        return name.find() ? name.group(1) : null;
    }

    /** Writes all blocks with a public class into a directory, each as the file that it is. */
    public static List<Path> write(Path page, Path directory) throws IOException {
        List<Path> sources = new ArrayList<>();
        for (String block : blocks(page)) {
            String name = className(block);
            if (name != null) {
                sources.add(Files.writeString(directory.resolve(name + ".java"), block));
            }
        }
        assertFalse(sources.isEmpty(), page + " has code");
        return sources;
    }

    /** Compiles all blocks with a public class into a directory. */
    public static void compile(Path page, Path directory) throws IOException {
        compile(write(page, directory), directory);
    }

    /** Compiles source files into a directory. */
    public static void compile(List<Path> sources, Path directory) throws IOException {
        StringWriter errors = new StringWriter();
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            List<String> options =
                    List.of(
                            "-d",
                            directory.toString(),
                            "-proc:none",
                            "-classpath",
                            System.getProperty("java.class.path"));
            boolean compiled =
                    compiler.getTask(
                                    errors,
                                    files,
                                    null,
                                    options,
                                    null,
                                    files.getJavaFileObjectsFromPaths(sources))
                            .call();
            assertTrue(compiled, errors::toString);
        }
    }
}
