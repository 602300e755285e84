package io.memif.tests.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.InterfaceConfig;
import io.memif.MemifRegion;
import io.memif.SocketConfig;
import io.memif.examples.Memif;
import io.memif.examples.StopSignal;
import io.memif.testing.PageCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * Nothing in the documentation is out of date as far as a program can tell: code compiles, links
 * lead somewhere, and every class, setting, command, option and property that is named exists. Some
 * 5 s.
 */
@Timeout(120)
@Tag("once")
class DocumentationTest {
    private static final Path ROOT = Path.of("..");
    private static final Path DOCS = ROOT.resolve("memif-core/docs");
    private static final Path SOURCES = ROOT.resolve("memif-core/src/main/java");
    private static final List<String> PUBLIC =
            List.of("io/memif", "io/memif/unix", "io/memif/unix/pass");

    private static final Pattern JAVADOC_CODE =
            Pattern.compile("<pre>\\{@code\\n(.*?)\\n *\\* *}</pre>", Pattern.DOTALL);
    private static final Pattern TYPE = Pattern.compile("[A-Z][A-Z0-9]*[a-z]\\w*");
    private static final Pattern MEMBER =
            Pattern.compile("(?:[A-Z]\\w*\\.)*([A-Z]\\w*[a-z]\\w*)\\.(\\w+)(?:\\(.*\\))?");
    private static final Pattern CAMEL_CASE = Pattern.compile("([a-z]+[A-Z]\\w*)(?:\\(.*\\))?");
    private static final Pattern CONSTANT = Pattern.compile("[A-Z]+(?:_[A-Z0-9]+)+");
    private static final Pattern COMMAND =
            Pattern.compile("(?:\\$ )?(?:memif-examples/)?memif (.*)");
    private static final Pattern PROPERTY = Pattern.compile("-D([a-z]+(?:\\.\\w+)+)");

    /** Names of other programs. */
    private static final Set<String> FOREIGN =
            Set.of(
                    "surefire.failIfNoSpecifiedTests",
                    "jffi.extract.dir",
                    "emptyDir",
                    "hostPath",
                    "JAVA_TOOL_OPTIONS",
                    "Mpps");

    private static List<MarkdownPage> pages;
    private static SourceNames names;

    @BeforeAll
    static void read() throws IOException {
        names = SourceNames.of(ROOT);
        pages = new ArrayList<>();
        List<Path> folders = List.of(ROOT, ROOT.resolve("memif-core"), ROOT.resolve(".github"));
        for (Path folder : folders) {
            if (Files.isDirectory(folder)) {
                addPages(folder, 1);
            }
        }
        addPages(DOCS, Integer.MAX_VALUE);
    }

    private static void addPages(Path folder, int depth) throws IOException {
        try (Stream<Path> files = Files.walk(folder, depth)) {
            for (Path file : files.filter(each -> each.toString().endsWith(".md")).toList()) {
                pages.add(MarkdownPage.read(file));
            }
        }
    }

    @Test
    void allJavaCodeCompiles(@TempDir Path directory) throws IOException {
        String wrapper =
                PageCode.blocks(DOCS.resolve("README.md")).stream()
                        .filter(block -> "Snippet".equals(PageCode.className(block)))
                        .findFirst()
                        .orElseThrow();
        List<Path> sources = new ArrayList<>();
        for (int i = 0; i < pages.size(); i++) {
            Path folder = Files.createDirectories(directory.resolve("page" + i));
            sources.addAll(write(folder, PageCode.blocks(pages.get(i).path()), wrapper));
        }
        int ofPages = sources.size();
        Path folder = Files.createDirectories(directory.resolve("javadoc"));
        sources.addAll(write(folder, javadocCode(), wrapper));
        assertTrue(ofPages > 15, ofPages + " snippets in pages");
        assertTrue(sources.size() > ofPages, "snippets in Javadoc");
        PageCode.compile(sources, directory);
    }

    /** Each folder is a package, so that pages may use the same names. */
    private static List<Path> write(Path folder, List<String> blocks, String wrapper)
            throws IOException {
        List<Path> files = new ArrayList<>();
        for (String block : blocks) {
            String name = PageCode.className(block);
            String text = block;
            if (name == null) {
                name = "Snippet" + files.size();
                text = wrapper.replace("Snippet", name).replace("// the snippet", block);
            }
            String source = "package " + folder.getFileName() + ";\n" + text;
            files.add(Files.writeString(folder.resolve(name + ".java"), source));
        }
        return files;
    }

    private static List<String> javadocCode() throws IOException {
        List<String> code = new ArrayList<>();
        for (String name : PUBLIC) {
            try (Stream<Path> files = Files.list(SOURCES.resolve(name))) {
                for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
                    Matcher found = JAVADOC_CODE.matcher(Files.readString(file));
                    while (found.find()) {
                        code.add(found.group(1).replaceAll("(?m)^ *\\* ?", ""));
                    }
                }
            }
        }
        return code;
    }

    @Test
    void allLinksLeadSomewhere() throws IOException {
        List<String> broken = new ArrayList<>();
        for (MarkdownPage page : pages) {
            for (String link : page.links()) {
                if (!link.startsWith("http") && !leadsSomewhere(page, link)) {
                    broken.add(page + ": " + link);
                }
            }
        }
        assertEquals(List.of(), broken);
    }

    private static boolean leadsSomewhere(MarkdownPage page, String link) throws IOException {
        String[] parts = link.split("#", 2);
        Path target = parts[0].isEmpty() ? page.path() : page.path().resolveSibling(parts[0]);
        return Files.exists(target)
                && (parts.length == 1 || MarkdownPage.read(target).anchors().contains(parts[1]));
    }

    @Test
    void theIndexLeadsToEveryPage() throws IOException {
        Set<Path> linked = new HashSet<>();
        for (MarkdownPage page : pages) {
            page.links().stream()
                    .map(link -> page.path().resolveSibling(link.split("#")[0]).normalize())
                    .forEach(linked::add);
        }
        List<String> lost =
                pages.stream()
                        .map(page -> page.path().normalize())
                        .filter(path -> path.startsWith(DOCS.normalize()))
                        .filter(path -> !linked.contains(path))
                        .map(Path::toString)
                        .filter(path -> !path.contains("measurements"))
                        .toList();
        assertEquals(List.of(), lost);
    }

    @Test
    void everyNameExists() {
        List<String> unknown = new ArrayList<>();
        for (MarkdownPage page : pages) {
            page.spans().stream()
                    .filter(span -> !exists(span))
                    .map(span -> page + ": " + span)
                    .forEach(unknown::add);
        }
        assertEquals(List.of(), unknown);
    }

    private static boolean exists(String span) {
        if (FOREIGN.contains(span)) {
            return true;
        }
        if (span.endsWith("Test") && TYPE.matcher(span).matches()) {
            return names.hasFile(span);
        }
        Matcher member = MEMBER.matcher(span);
        if (member.matches()) {
            return names.hasType(member.group(1))
                    && (names.hasMember(member.group(1), member.group(2))
                            || names.hasType(member.group(2)));
        }
        if (TYPE.matcher(span).matches()) {
            return names.hasType(span);
        }
        Matcher camelCase = CAMEL_CASE.matcher(span);
        if (camelCase.matches()) {
            return names.hasWord(camelCase.group(1));
        }
        return !CONSTANT.matcher(span).matches() || names.hasWord(span);
    }

    @Test
    void everySettingExists() {
        Set<String> settings =
                Stream.of(
                                SocketConfig.Builder.class,
                                InterfaceConfig.Builder.class,
                                MemifRegion.Builder.class)
                        .flatMap(builder -> Arrays.stream(builder.getMethods()))
                        .map(method -> method.getName())
                        .collect(Collectors.toSet());
        int named = 0;
        for (MarkdownPage page : pages) {
            for (String word : page.firstColumn("setting")) {
                assertTrue(settings.contains(word), page + ": " + word);
                named++;
            }
        }
        assertTrue(named > 10, named + " settings");
    }

    @Test
    void everyCommandAndOptionExists() {
        List<String> unknown = new ArrayList<>();
        int commands = 0;
        for (MarkdownPage page : pages) {
            List<String> lines = new ArrayList<>(page.code());
            lines.addAll(page.spans());
            for (String line : lines) {
                Matcher command = COMMAND.matcher(line);
                if (command.matches()) {
                    commands++;
                    String wrong = unknownWord(command.group(1));
                    if (wrong != null) {
                        unknown.add(page + ": " + line + ": " + wrong);
                    }
                }
            }
        }
        assertEquals(List.of(), unknown);
        assertTrue(commands > 3, commands + " commands");
    }

    private static String unknownWord(String words) {
        CommandLine command = Memif.commandLine(new StopSignal());
        boolean isName = true;
        for (String word : words.split("[|>;&#]")[0].strip().split("\\s+")) {
            if (word.startsWith("--")) {
                isName = false;
                if (!command.getCommandSpec().optionsMap().containsKey(word.split("=")[0])) {
                    return word;
                }
            } else if (isName) {
                CommandLine sub = command.getSubcommands().get(word);
                if (sub == null && command.getParent() == null && !word.matches("[A-Z.…]+")) {
                    return word;
                }
                isName = sub != null;
                command = sub == null ? command : sub;
            }
        }
        return null;
    }

    @Test
    void everyPropertyIsUsed() throws IOException {
        StringBuilder build = new StringBuilder();
        for (String module : List.of("", "memif-core/", "memif-examples/", "memif-tests/")) {
            build.append(Files.readString(ROOT.resolve(module + "pom.xml")));
        }
        List<String> unknown = new ArrayList<>();
        for (MarkdownPage page : pages) {
            Stream.concat(page.code().stream(), page.prose().stream())
                    .flatMap(line -> PROPERTY.matcher(line).results())
                    .map(found -> found.group(1))
                    .filter(name -> !FOREIGN.contains(name) && !names.hasProperty(name))
                    .filter(name -> build.indexOf(name) < 0)
                    .map(name -> page + ": " + name)
                    .forEach(unknown::add);
        }
        assertEquals(List.of(), unknown);
    }
}
