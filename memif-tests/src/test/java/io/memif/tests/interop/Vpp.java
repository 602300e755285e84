package io.memif.tests.interop;

import io.memif.testing.Await;
import io.memif.testing.ChildProcess;
import io.memif.testing.TestSockets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A VPP with its memif and ping plugins and a little memory, driven over its command line. Its
 * control socket is never connected to without a handshake.
 */
final class Vpp implements AutoCloseable {
    private static final String PROPERTY = "memif.vpp";
    private static final Path PLUGIN = Path.of("vpp_plugins", "memif_plugin.so");
    private static final AtomicInteger STARTED = new AtomicInteger();

    private final Path directory;
    private final ChildProcess child;
    private int sockets;

    private Vpp(Path directory, ChildProcess child) {
        this.directory = directory;
        this.child = child;
    }

    static boolean isThere() {
        String path = System.getProperty(PROPERTY, "");
        return !path.isEmpty()
                && Files.isExecutable(Path.of(path))
                && Files.isExecutable(Path.of(path).resolveSibling("vppctl"));
    }

    private static Path program() {
        return Path.of(System.getProperty(PROPERTY)).toAbsolutePath();
    }

    /** Starts one whose files are below a directory, and waits for its command line. */
    static Vpp start(Path directory) throws InterruptedException, IOException {
        Path own = Files.createDirectories(directory.resolve("vpp" + STARTED.incrementAndGet()));
        Path file = Files.writeString(own.resolve("startup.conf"), configuration(own));
        List<String> command = List.of(program().toString(), "-c", file.toString());
        Vpp vpp = new Vpp(own, ChildProcess.command("vpp", command).withoutInput().start());
        try {
            Await.soon(
                    "the command line of " + vpp.child,
                    () -> !vpp.child.isAlive() || TestSockets.listens(own + "/cli.sock"));
            vpp.run("show version");
            return vpp;
        } catch (AssertionError e) {
            vpp.close();
            throw e;
        }
    }

    private static String configuration(Path own) throws IOException {
        List<Integer> processors = Processors.allowed();
        return String.join(
                "\n",
                "unix { nodaemon nosyslog nocolor cli-listen " + own.resolve("cli.sock"),
                "runtime-dir " + own + " log " + own.resolve("vpp.log") + " }",
                "api-segment { prefix memif-"
                        + ProcessHandle.current().pid()
                        + "-"
                        + STARTED
                        + " }",
                "socksvr { socket-name " + own.resolve("api.sock") + " }",
                "statseg { size 16M page-size 4k socket-name " + own.resolve("stats.sock") + " }",
                "memory { main-heap-size 256M main-heap-page-size 4k }",
                "buffers { buffers-per-numa 65536 page-size 4k default data-size 2048 }",
                "cpu { main-core " + processors.get(processors.size() - 1) + " }",
                "plugins { " + pluginPath() + "plugin default { disable }",
                "plugin memif_plugin.so { enable } plugin ping_plugin.so { enable } }",
                "");
    }

    /** In a build tree they are beside the libraries; an installed one knows where they are. */
    private static String pluginPath() throws IOException {
        Path root = program().getParent().getParent();
        try (Stream<Path> found = Files.find(root, 4, (path, is) -> path.endsWith(PLUGIN))) {
            return found.findFirst().map(path -> "path " + path.getParent() + " ").orElse("");
        }
    }

    /** Gives a command, which must not fail; returns its output. */
    String run(String line) throws InterruptedException {
        List<String> words = new ArrayList<>();
        words.add(program().resolveSibling("vppctl").toString());
        words.addAll(List.of("-s", directory.resolve("cli.sock").toString()));
        words.addAll(List.of(line.split(" ")));
        ChildProcess done = ChildProcess.run(words);
        String said = done.out() + done.err();
        boolean refused = said.contains("unknown input") || said.contains("failed");
        if (done.exitCode() != 0 || refused && !line.startsWith("show")) {
            throw new AssertionError(line + ": " + said + child);
        }
        return said;
    }

    /**
     * Makes an interface with an address, and brings it up.
     *
     * @param address of the control socket
     * @param options such as {@code "slave no-zero-copy"}
     * @return its name
     */
    String add(String address, String options) throws InterruptedException {
        int socket = ++sockets;
        String name = "memif" + socket + "/0";
        run("create memif socket id " + socket + " filename " + address);
        run("create interface memif id 0 socket-id " + socket + " " + options);
        run("set interface ip address " + name + " " + own(name) + "/24");
        run("set interface state " + name + " up");
        return name;
    }

    /** The address of an interface in a network of its own. */
    static String own(String name) {
        return "10.9." + name.replaceAll("memif(\\d+)/.*", "$1") + ".1";
    }

    /** The address that is to answer on the other side. */
    static String other(String name) {
        return own(name).replaceAll("1$", "2");
    }

    void delete(String name) throws InterruptedException {
        run("delete interface memif " + name);
        run("delete memif socket id " + name.replaceAll("memif(\\d+)/.*", "$1"));
    }

    /**
     * Pings until a run of requests is answered whole: ARP costs some answers at first, and those
     * that come later than the next request are not counted.
     */
    void ping(String name, String options) throws InterruptedException {
        String command = "ping " + other(name) + " " + options + " repeat 3 interval 0.2";
        StringBuilder tried = new StringBuilder();
        if (!Await.until(
                Testpmd.SOON_NS,
                () -> {
                    String said = quietly(command.replace("  ", " "));
                    tried.append(said);
                    return said.contains("3 sent, 3 received");
                })) {
            throw new AssertionError(tried + run("show memif " + name) + run("show errors"));
        }
    }

    private String quietly(String command) {
        try {
            return run(command);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Waits until {@code show memif} says something of an interface. */
    String awaitShown(String name, String text) throws InterruptedException {
        String[] last = {""};
        if (!Await.until(
                Testpmd.SOON_NS,
                () -> {
                    last[0] = quietly("show memif " + name);
                    return last[0].contains(text);
                })) {
            throw new AssertionError("no \"" + text + "\" in\n" + last[0]);
        }
        return last[0];
    }

    boolean isAlive() {
        return child.isAlive();
    }

    void kill() {
        child.kill();
    }

    @Override
    public void close() {
        try {
            if (child.isAlive()) {
                child.signal("TERM");
                child.exitCode();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            child.close();
        }
    }

    /** All it has written. */
    @Override
    public String toString() {
        try {
            Path log = directory.resolve("vpp.log");
            return child + (Files.exists(log) ? Files.readString(log) : "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
