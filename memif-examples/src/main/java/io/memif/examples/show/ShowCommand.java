package io.memif.examples.show;

import io.memif.examples.CommandFailure;
import io.memif.examples.CommonOptions;
import io.memif.examples.Converters;
import io.memif.examples.JsonLine;
import io.memif.examples.Progress;
import io.memif.examples.StopSignal;
import io.memif.examples.Terminal;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code memif show}: everything about the memif interfaces of running JVMs. */
@Command(
        name = "show",
        sortOptions = false,
        sortSynopsis = false,
        description = {
            "Shows everything about the memif interfaces of JVMs that use io.memif, like VPP's"
                    + " 'show memif'.",
            "It attaches as jcmd does, so it has to run as the user of the JVM or as root, and"
                    + " reads the library's JMX beans, which it registers where they are missing."
        },
        exitCodeList = {
            "  0:shown",
            "  1:nothing found, or the JVM cannot be asked",
            "  2:wrong usage"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  memif show",
            "  memif show --pid 4711 --id 3 --watch",
            "  memif show --json | jq '.processes[].sockets[].interfaces[].config.name'"
        })
public final class ShowCommand implements Callable<Integer> {
    private static final double NS_PER_SECOND = 1e9;
    private static final String CLEAR_SCREEN = "\u001b[H\u001b[2J";

    private final StopSignal stop;

    @Spec private CommandSpec spec;

    @Mixin private CommonOptions.Help help = new CommonOptions.Help();

    @Option(
            names = "--pid",
            paramLabel = "P",
            description = "The JVM (default: all that use io.memif and may be attached to).")
    private Long pid;

    @Option(
            names = "--socket",
            paramLabel = "PATH|@abstract",
            description = "Show only this socket.")
    private String socket;

    @Option(
            names = "--id",
            paramLabel = "N",
            converter = Converters.Id.class,
            description = "Show only interfaces with this id.")
    private Integer id;

    @Option(
            names = "--watch",
            paramLabel = "SECONDS",
            arity = "0..1",
            fallbackValue = "1",
            description = "Repeat until Ctrl-C (without a value: every second).")
    private Double watch;

    @Mixin private CommonOptions.Json json = new CommonOptions.Json();

    /**
     * The command.
     *
     * @param stop ends {@code --watch}
     */
    public ShowCommand(StopSignal stop) {
        this.stop = stop;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (watch != null && !(watch > 0)) {
            throw new ParameterException(
                    spec.commandLine(), "--watch " + watch + " is not more than 0");
        }
        List<JvmConnection> jvms = pid == null ? connectAll() : List.of(JvmConnection.to(pid));
        try {
            return show(jvms);
        } finally {
            jvms.forEach(JvmConnection::close);
        }
    }

    /** Those that can be asked; why others cannot is told, each on a line. */
    private List<JvmConnection> connectAll() {
        List<JvmConnection> jvms = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        try (Progress progress = new Progress(spec.commandLine().getErr())) {
            for (long found : JvmConnection.candidates()) {
                progress.show(() -> "asking process " + found);
                try {
                    jvms.add(JvmConnection.to(found));
                } catch (CommandFailure e) {
                    failures.add(e.getMessage());
                }
            }
        }
        if (jvms.isEmpty() && !failures.isEmpty()) {
            throw new CommandFailure(String.join("; ", failures));
        }
        failures.forEach(each -> spec.commandLine().getErr().println("memif show: " + each));
        if (jvms.isEmpty()) {
            throw new CommandFailure(
                    "no JVM here uses io.memif, as far as this user may look; run it as root or as"
                            + " the user of the JVM, or name one with --pid");
        }
        return jvms;
    }

    private int show(List<JvmConnection> jvms) throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        boolean clear = watch != null && !json.isGiven() && Terminal.isOutput();
        while (true) {
            String look = json.isGiven() ? json(jvms) : text(jvms);
            if (look.isEmpty() && watch == null) {
                throw nothing(jvms);
            }
            out.print((clear ? CLEAR_SCREEN : "") + look);
            out.flush();
            if (watch == null || stop.await((long) (watch * NS_PER_SECOND))) {
                return 0;
            }
            out.print(clear || json.isGiven() ? "" : "\n");
        }
    }

    private String text(List<JvmConnection> jvms) {
        return jvms.stream()
                .map(jvm -> jvm.text(socket, id))
                .filter(each -> !each.isEmpty())
                .collect(Collectors.joining("\n"));
    }

    private String json(List<JvmConnection> jvms) {
        List<JsonLine> found = jvms.stream().flatMap(jvm -> jvm.json(socket, id).stream()).toList();
        return found.isEmpty() && watch == null
                ? ""
                : new JsonLine().put("processes", found) + "\n";
    }

    private CommandFailure nothing(List<JvmConnection> jvms) {
        String where = jvms.stream().map(Object::toString).collect(Collectors.joining(", "));
        return new CommandFailure(
                socket == null && id == null
                        ? "no memif socket is open in " + where
                        : "nothing in " + where + " is on that socket or has that id");
    }
}
