package io.memif.tests.bench.side;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What many links cost, in time and memory: one process with all masters on one socket, one with
 * all slaves, and nothing sent. See memif-core/docs/benchmark.md.
 */
@Command(
        name = "many-links",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Measures what many idle links cost, and how long they take to come up and to go.",
            "Prints a table. Times are taken in JVMs with the heap of the other benchmarks,",
            "memory in a second pair with a small one."
        })
public final class ManyLinks implements Callable<Integer> {
    private static final long LONGEST_NS = 120_000_000_000L;

    /**
     * Where memory is measured: a heap that is large from the start would hide what a link needs.
     */
    private static final String SMALL_HEAP = "-Xms16m";

    private static final String HEAD =
            "| links | up, all together | a link | its processor time, slave and master "
                    + "| up again | a link "
                    + "| raw sockets | refused, late, reported | poll of an idle queue "
                    + "| idle processor, slaves and masters | a group with 10 busy queues "
                    + "| the same among 1,000 | close all | slaves' memory "
                    + "| a link, without rings and buffers |";

    @Option(
            names = "--links",
            split = ",",
            description = "How many, one after the other (default: ${DEFAULT-VALUE}).")
    private List<Integer> counts = List.of(100, 1000, 4000);

    @Option(names = "--rounds", description = "Lines for each (default: ${DEFAULT-VALUE}).")
    private int rounds = 1;

    @Option(
            names = "--idle",
            paramLabel = "SECONDS",
            description = "How long the idle processor is watched (default: ${DEFAULT-VALUE}).")
    private int idleSeconds = 5;

    @Option(names = "--ring", description = "Slots of each ring (default: ${DEFAULT-VALUE}).")
    private int ring = 64;

    @Option(names = "--buffer", description = "Bytes of each buffer (default: ${DEFAULT-VALUE}).")
    private int buffer = 128;

    @Option(
            names = "--java",
            split = ",",
            paramLabel = "HOME",
            description = "JDKs to measure (default: the one that runs this).")
    private List<Path> homes = List.of(Path.of(System.getProperty("java.home")));

    /** Made by main. */
    private ManyLinks() {}

    /**
     * Runs it.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        System.exit(new CommandLine(new ManyLinks()).execute(args));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        System.out.println(Machine.processor() + "; " + Machine.describe());
        for (Path home : homes) {
            Jvm jvm = Jvm.of(home, "g1");
            System.out.printf("%n%s, rings of %d, buffers of %d B%n%n", jvm.name(), ring, buffer);
            System.out.println(HEAD);
            System.out.println(HEAD.replaceAll("[^|]+", "---"));
            for (int count : counts) {
                for (int round = 0; round < rounds; round++) {
                    System.out.println(run(jvm, count));
                }
            }
        }
        return 0;
    }

    private String run(Jvm jvm, int count) throws IOException, InterruptedException {
        Map<String, Double> found = new LinkedHashMap<>();
        inPair(jvm, count, found, (masters, slaves) -> time(masters, slaves, found));
        Jvm small = new Jvm(jvm.name(), jvm.java(), List.of("-XX:+UseG1GC", SMALL_HEAP));
        Map<String, Double> inSmall = new LinkedHashMap<>();
        inPair(small, count, inSmall, (masters, slaves) -> memory(masters, slaves, inSmall));
        return line(count, found, inSmall);
    }

    /** What is asked of two processes that both have their interfaces. */
    @FunctionalInterface
    private interface Questions {
        void ask(Child masters, Child slaves) throws InterruptedException;
    }

    private void inPair(Jvm jvm, int count, Map<String, Double> found, Questions questions)
            throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("memif-links");
        Path socket = directory.resolve("s");
        try (Child masters = start(jvm, "master", socket, count);
                Child slaves = start(jvm, "slave", socket, count)) {
            ask(masters, "prepare", "master-", found);
            ask(slaves, "prepare", "slave-", found);
            questions.ask(masters, slaves);
            slaves.send("end");
            masters.send("end");
        } finally {
            Files.deleteIfExists(socket);
            Files.deleteIfExists(directory);
        }
    }

    private void time(Child masters, Child slaves, Map<String, Double> found)
            throws InterruptedException {
        ask(slaves, "raw", "", found);
        upTwiceAndIdle(masters, slaves, found);
        ask(masters, "send", "master-", found);
        ask(slaves, "group 7", "", found);
        ask(masters, "stop", "master-", found);
        ask(slaves, "close", "", found);
    }

    private void memory(Child masters, Child slaves, Map<String, Double> found)
            throws InterruptedException {
        upTwiceAndIdle(masters, slaves, found);
        ask(slaves, "memory", "", found);
    }

    private void upTwiceAndIdle(Child masters, Child slaves, Map<String, Double> found)
            throws InterruptedException {
        ask(masters, "cpu", "before-", found);
        ask(slaves, "up", "slave-", found);
        ask(masters, "cpu", "after-", found);
        ask(masters, "faults", "master-", found);
        ask(slaves, "faults", "slave-", found);
        ask(slaves, "down", "", found);
        ask(masters, "gone", "", found);
        ask(slaves, "up", "again-", found);
        ask(slaves, "poll", "", found);
        masters.send("idle " + idleSeconds);
        ask(slaves, "idle " + idleSeconds, "slave-", found);
        collect(masters, "master-", found);
    }

    private Child start(Jvm jvm, String role, Path socket, int count) throws IOException {
        List<String> launch =
                List.of(
                        "-cp",
                        System.getProperty("java.class.path"),
                        ManyLinksProcess.class.getName(),
                        role,
                        socket.toString(),
                        Integer.toString(count),
                        Integer.toString(ring),
                        Integer.toString(buffer));
        return Child.start("process of all " + role + "s", -1, jvm.command(List.of(), launch));
    }

    private static void ask(Child child, String question, String prefix, Map<String, Double> found)
            throws InterruptedException {
        child.send(question);
        collect(child, prefix, found);
    }

    /** Takes the answers to one question: a line of names and numbers. */
    private static void collect(Child child, String prefix, Map<String, Double> found)
            throws InterruptedException {
        String[] words = child.await("answer:", LONGEST_NS).split(" ");
        for (int i = 1; i < words.length; i += 2) {
            found.put(prefix + words[i], Double.valueOf(words[i + 1]));
        }
    }

    private static String line(int count, Map<String, Double> found, Map<String, Double> inSmall) {
        double upMs = found.get("slave-up-ms");
        double masterCpuMs = found.get("after-cpu-ms") - found.get("before-cpu-ms");
        double addedKb = inSmall.get("own-kb") - inSmall.get("slave-own-before-kb");
        StringBuilder text = new StringBuilder();
        add(text, "| %,d | %.0f ms | %.2f ms ", count, upMs, upMs / count);
        double againMs = found.get("again-up-ms");
        add(
                text,
                "| %.2f, %.2f ms | %.0f ms | %.2f ms | %.0f ms ",
                found.get("slave-up-cpu-ms") / count,
                masterCpuMs / count,
                againMs,
                againMs / count,
                found.get("raw-ms"));
        add(
                text,
                "| %.0f, %.0f, %.0f ",
                found.get("master-refused") + inSmall.get("master-refused"),
                found.get("slave-failed") + inSmall.get("slave-failed"),
                found.get("master-errors")
                        + found.get("slave-errors")
                        + inSmall.get("master-errors")
                        + inSmall.get("slave-errors"));
        add(
                text,
                "| %.0f ns | %.1f %%, %.1f %% ",
                found.get("poll-ns"),
                found.get("slave-idle-percent"),
                found.get("master-idle-percent"));
        add(
                text,
                "| %.1f M packets/s | %.2f x | %.2f s ",
                found.get("group-mpps"),
                found.get("group-ratio"),
                found.get("close-ms") / 1000);
        add(text, "| %.0f MB | %.0f kB |", inSmall.get("rss-kb") / 1000, addedKb / count);
        return text.toString();
    }

    private static void add(StringBuilder text, String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values));
    }
}
