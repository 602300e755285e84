package io.memif.tests.packaging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A dependency as the page of dependencies lists it.
 *
 * @param name group and artifact
 * @param licences by their SPDX names; whoever uses it may choose
 */
record DependencyRow(String name, String version, Set<String> licences) {
    /**
     * What each licence is called in the POMs; others are to be looked at before they are added.
     */
    private static final Map<String, String> KNOWN =
            Map.of(
                    "The Apache Software License, Version 2.0", "Apache-2.0",
                    "MIT License", "MIT",
                    "BSD-3-Clause", "BSD-3-Clause",
                    "Eclipse Public License - v 2.0", "EPL-2.0",
                    "GNU General Public License Version 2", "GPL-2.0",
                    "GNU Lesser General Public License Version 2.1", "LGPL-2.1",
                    "GNU Lesser General Public License version 3", "LGPL-3.0");

    /** One of these has to be among the licences of each. */
    private static final Set<String> FINE = Set.of("Apache-2.0", "MIT", "BSD-3-Clause", "EPL-2.0");

    private static final Pattern LICENCE =
            Pattern.compile("<license>\\s*<name>(.*?)</name>", Pattern.DOTALL);

    private static final Pattern ROW =
            Pattern.compile("^\\| `(.*?)` \\| (.*?) \\| (.*?) \\|.*", Pattern.MULTILINE);

    DependencyRow {
        if (licences.stream().noneMatch(FINE::contains)) {
            throw new AssertionError(name + " " + version + " has the licences " + licences);
        }
    }

    /** What its POM says, which lies beside it, in the layout of a repository. */
    static DependencyRow of(Path jar) throws IOException {
        Path version = jar.getParent();
        Path artifact = version.getParent();
        String group = artifact.getParent().toString().replaceAll(".*/target/dependency/", "");
        String stem = artifact.getFileName() + "-" + version.getFileName();
        Matcher found = LICENCE.matcher(Files.readString(version.resolve(stem + ".pom")));
        Set<String> licences = new TreeSet<>();
        while (found.find()) {
            licences.add(KNOWN.getOrDefault(found.group(1).strip(), found.group(1)));
        }
        String name = group.replace('/', '.') + ":" + artifact.getFileName();
        return new DependencyRow(name, version.getFileName().toString(), licences);
    }

    /** The rows of the page's table. */
    static List<DependencyRow> all(Path page) throws IOException {
        return ROW.matcher(Files.readString(page))
                .results()
                .map(
                        row ->
                                new DependencyRow(
                                        row.group(1),
                                        row.group(2),
                                        new TreeSet<>(List.of(row.group(3).split(" or ")))))
                .toList();
    }
}
