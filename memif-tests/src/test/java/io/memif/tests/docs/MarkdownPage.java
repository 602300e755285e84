package io.memif.tests.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A page of the documentation, taken apart.
 *
 * @param path of the file
 * @param prose the lines outside code blocks
 * @param code the lines inside them, each with its continuation lines
 */
record MarkdownPage(Path path, List<String> prose, List<String> code) {
    private static final String FENCE = "```";
    private static final Pattern SPAN = Pattern.compile("`([^`]+)`");
    private static final Pattern LINK = Pattern.compile("\\[[^\\]]*\\]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("#+ +(.*)");

    static MarkdownPage read(Path path) throws IOException {
        List<String> prose = new ArrayList<>();
        List<String> code = new ArrayList<>();
        boolean inCode = false;
        String begun = "";
        for (String line : Files.readAllLines(path)) {
            if (line.strip().startsWith(FENCE)) {
                inCode = !inCode;
            } else if (!inCode) {
                prose.add(line);
            } else if (line.endsWith("\\")) {
                begun += line.substring(0, line.length() - 1) + " ";
            } else {
                code.add(begun + line);
                begun = "";
            }
        }
        return new MarkdownPage(path, prose, code);
    }

    /** The words in backquotes. */
    List<String> spans() {
        return prose.stream().flatMap(line -> found(SPAN, line).stream()).toList();
    }

    /** Where its links and images lead. */
    List<String> links() {
        return prose.stream()
                .map(line -> SPAN.matcher(line).replaceAll(""))
                .flatMap(line -> found(LINK, line).stream())
                .toList();
    }

    /** The anchors of its headings, as GitHub makes them. */
    Set<String> anchors() {
        Set<String> anchors = new HashSet<>();
        for (String line : prose) {
            for (String heading : found(HEADING, line)) {
                String words = heading.toLowerCase(Locale.ROOT).strip();
                anchors.add(words.replaceAll("[^\\w\\- ]", "").replace(' ', '-'));
            }
        }
        return anchors;
    }

    /** The words in backquotes in the first column of the tables whose first heading is given. */
    List<String> firstColumn(String heading) {
        List<String> words = new ArrayList<>();
        boolean inTable = false;
        for (String line : prose) {
            if (!line.startsWith("|")) {
                inTable = false;
            } else if (line.startsWith("| " + heading + " |")) {
                inTable = true;
            } else if (inTable) {
                words.addAll(found(SPAN, line.split("\\|")[1]));
            }
        }
        return words;
    }

    private static List<String> found(Pattern pattern, String line) {
        return pattern.matcher(line).results().map((MatchResult m) -> m.group(1)).toList();
    }

    @Override
    public String toString() {
        return path.normalize().toString();
    }
}
