package io.memif.tests.jcstress;

import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.openjdk.jcstress.JCStress;
import org.openjdk.jcstress.Options;
import org.openjdk.jcstress.infra.Status;
import org.openjdk.jcstress.infra.collectors.DiskReadCollector;
import org.openjdk.jcstress.infra.collectors.InProcessCollector;
import org.openjdk.jcstress.infra.collectors.TestResult;
import org.openjdk.jcstress.infra.grading.TestGrading;

/**
 * Runs the stress tests of this package, prints what was seen, and fails unless every test is clean
 * and every weakened twin (a test whose name begins with Weakened) went wrong at least once.
 *
 * <p>Arguments: {@code short} (one JVM a test, compiled by C2 in random order) or {@code long}
 * (everything jcstress varies, about half an hour); the tests, as a regular expression. {@code mvn
 * verify -Djcstress.mode=long} and {@code -Djcstress.skip=true} get here.
 */
public final class JcstressRun {
    private static final String[] SHORT = {
        "-f", "1",
        "-sc", "false",
        "-time", "200",
        "-iters", "3",
        // Threads go where the system puts them: each test once, not once for each processor.
        "-af", "NONE",
        "-jvmArgs",
                "--enable-native-access=ALL-UNNAMED -XX:-TieredCompilation"
                        + " -XX:+UnlockDiagnosticVMOptions -XX:+StressLCM"
                        + " -XX:+StressGCM"
    };

    private static final String[] LONG = {"-m", "default"};

    /** Few states at a time for the tests whose states own a mapping each. */
    private static final List<String> FEW_STATES =
            List.of("-strideSize", "64", "-strideCount", "4");

    /** Runs of a weakened twin on a machine too busy to show at once how it goes wrong. */
    private static final int ATTEMPTS = 5;

    private final Map<String, Map<String, Long>> states = new TreeMap<>();
    private final SortedSet<String> wrong = new TreeSet<>();
    private final List<String> complaints = new ArrayList<>();

    private JcstressRun() {}

    /**
     * Runs them.
     *
     * @param args mode and tests
     * @throws Exception if jcstress itself fails
     */
    public static void main(String[] args) throws Exception {
        if (Runtime.getRuntime().availableProcessors() < 2) {
            System.out.println("stress tests need two processors, and were not run");
            return;
        }
        dropMissingClassPath();
        boolean full = args[0].equals("long");
        JcstressRun all = new JcstressRun();
        SortedSet<String> tests = all.run(full, args[1]);
        SortedSet<String> harmless = all.harmlessTwins(tests);
        for (int i = 1; i < ATTEMPTS && !harmless.isEmpty(); i++) {
            all.run(full, String.join("|", harmless));
            harmless = all.harmlessTwins(tests);
        }
        all.conclude(tests, harmless);
        System.exit(all.complaints.isEmpty() ? 0 : 1);
    }

    /** Maven names directories that do not exist, which keeps jcstress from finding its classes. */
    private static void dropMissingClassPath() {
        String there =
                Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                        .filter(entry -> new File(entry).exists())
                        .collect(Collectors.joining(File.pathSeparator));
        System.setProperty("java.class.path", there);
    }

    private SortedSet<String> run(boolean full, String filter) throws Exception {
        String own = Pattern.quote(Replacement.class.getName());
        SortedSet<String> tests = new TreeSet<>();
        tests.addAll(run(full, "^(?!" + own + ").*(?:" + filter + ")", List.of()));
        tests.addAll(run(full, "^(?=" + own + ").*(?:" + filter + ")", FEW_STATES));
        return tests;
    }

    private SortedSet<String> run(boolean full, String filter, List<String> further)
            throws Exception {
        List<String> arguments = new ArrayList<>(List.of("-t", filter, "-r", "report"));
        arguments.addAll(List.of(full ? LONG : SHORT));
        arguments.addAll(further);
        Options options = new Options(arguments.toArray(new String[0]));
        PrintStream console = System.out;
        try (PrintStream log = new PrintStream(new FileOutputStream("jcstress.log", true))) {
            System.setOut(log);
            if (!options.parse()) {
                throw new IllegalArgumentException(arguments.toString());
            }
            JCStress jcstress = new JCStress(options);
            if (!jcstress.getTests().isEmpty()) {
                jcstress.run();
                readResults(options.getResultFile());
            }
            return jcstress.getTests();
        } finally {
            System.setOut(console);
        }
    }

    private void readResults(String file) throws IOException, ClassNotFoundException {
        InProcessCollector collected = new InProcessCollector();
        DiskReadCollector reader = new DiskReadCollector(file, collected);
        reader.dump();
        reader.close();
        collected.getTestResults().forEach(this::judge);
    }

    private void judge(TestResult result) {
        TestGrading grading = result.grading();
        if (result.status() != Status.NORMAL || !grading.isPassed) {
            complaints.add(
                    result.getName() + ": " + result.status() + " " + grading.failureMessages);
            complaints.addAll(result.getMessages());
            complaints.addAll(result.getVmErr());
        }
        if (grading.hasInteresting) {
            wrong.add(result.getName());
        }
        Map<String, Long> counts = states.computeIfAbsent(result.getName(), key -> new TreeMap<>());
        for (String state : result.getStateKeys()) {
            counts.merge(state, result.getCount(state), Long::sum);
        }
    }

    private SortedSet<String> harmlessTwins(SortedSet<String> tests) {
        SortedSet<String> harmless = new TreeSet<>(tests);
        harmless.removeIf(test -> !test.contains(".Weakened") || wrong.contains(test));
        return harmless;
    }

    private void conclude(SortedSet<String> tests, SortedSet<String> harmless) {
        for (String test : tests) {
            if (!states.containsKey(test)) {
                complaints.add(test + ": has not run");
            }
        }
        for (String test : harmless) {
            complaints.add(test + ": never went wrong, so its sound twin proves nothing");
        }
        states.forEach((name, counts) -> System.out.println(name + " " + counts));
        complaints.forEach(System.out::println);
        System.out.println(states.size() + " stress tests, " + complaints.size() + " complaints");
    }
}
