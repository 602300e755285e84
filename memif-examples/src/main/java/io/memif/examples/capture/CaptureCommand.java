package io.memif.examples.capture;

import io.memif.Role;
import io.memif.examples.CommandFailure;
import io.memif.examples.CommonOptions;
import io.memif.examples.Converters;
import io.memif.examples.LinkOptions;
import io.memif.examples.Progress;
import io.memif.examples.StopSignal;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code memif capture}: packets of a memif link, into a file or onto the screen. */
@Command(
        name = "capture",
        sortOptions = false,
        description = {
            "Captures the packets of memif links: prints a line for each, or writes a pcapng file.",
            "With --pid it watches links of another process, which does not notice. It copies packets"
                    + " as they pass, keeps only whole ones, and counts those that it missed, in the"
                    + " file as well. That takes the rights of a debugger, and a processor.",
            "With --socket it is one end of a link itself, and captures what the peer sends. With"
                    + " --between it is in the middle of two links, and forwards packets both ways."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  sudo memif capture --pid 4711",
            "  sudo memif capture --pid 4711 -w packets.pcapng",
            "  sudo memif capture --pid 4711 -w - | tcpdump -n -r - icmp",
            "  memif capture --socket /run/vpp/memif.sock --id 3 -c 100 -w packets.pcapng --json",
            "  memif capture --between /run/vpp/memif.sock,id=3 @dpdk,role=master -w - | tshark -r -"
        })
public final class CaptureCommand implements Callable<Integer> {
    private static final int LONGEST = 1 << 17;

    private final StopSignal stop;

    @Spec private CommandSpec spec;

    @Option(
            names = "--pid",
            paramLabel = "PID",
            description = "Capture on all links of this process.")
    private Integer pid;

    @Option(
            names = "--between",
            arity = "2",
            paramLabel = "LINK",
            converter = Converters.Link.class,
            description =
                    "Capture between two links, each a socket followed by options after commas, such"
                            + " as @a,role=master,id=1.")
    private List<LinkOptions> between;

    @Option(
            names = "-w",
            paramLabel = "FILE",
            description = "Write a pcapng file; - is standard output.")
    private String file;

    @Option(
            names = "-c",
            paramLabel = "N",
            description = "End after N packets (default: when stopped).")
    private long count = Long.MAX_VALUE;

    @Option(
            names = "-s",
            paramLabel = "BYTES",
            description = "Keep this many bytes of each packet (default: ${DEFAULT-VALUE}, all).")
    private int snapLength = LONGEST;

    @Mixin private CommonOptions.Json json = new CommonOptions.Json();

    @Mixin private LinkOptions link = new LinkOptions(Role.SLAVE);

    /**
     * The command.
     *
     * @param stop ends it
     */
    public CaptureCommand(StopSignal stop) {
        this.stop = stop;
    }

    @Override
    public Integer call() {
        check();
        PrintWriter err = spec.commandLine().getErr();
        PacketSink sink;
        try (PacketOutput output = output();
                Progress progress = new Progress(err, file != null)) {
            sink = new PacketSink(output, snapLength, count, progress, stop);
            if (pid != null) {
                captureLive(sink, err);
            } else if (between != null) {
                new BetweenCapture(between.get(0), between.get(1), sink, stop).run(err);
            } else {
                new EndCapture(link, sink, stop).run(err);
            }
        } catch (IOException | UncheckedIOException e) {
            throw new CommandFailure("cannot write " + target() + ": " + e.getMessage(), e);
        }
        sink.summary().forEach(err::println);
        if (json.isGiven()) {
            json.print(sink.toJson());
        }
        return 0;
    }

    private void captureLive(PacketSink sink, PrintWriter err) throws IOException {
        LiveCapture capture = new LiveCapture(pid, snapLength, sink, stop);
        capture.links().forEach(each -> err.println("capturing on " + each));
        err.flush();
        capture.run();
    }

    private void check() {
        if (count < 1 || snapLength < 1) {
            throw new ParameterException(spec.commandLine(), "-c and -s have to be more than 0");
        }
        if (json.isGiven() && "-".equals(file)) {
            throw new ParameterException(
                    spec.commandLine(), "-w - and --json both need standard output");
        }
        int ways =
                (pid == null ? 0 : 1) + (between == null ? 0 : 1) + (link.isSocketGiven() ? 1 : 0);
        if (ways != 1) {
            throw new ParameterException(
                    spec.commandLine(),
                    "which link? one of --pid, --socket and --between is needed");
        }
        if (between != null && between.get(0).mode() != between.get(1).mode()) {
            throw new ParameterException(
                    spec.commandLine(), "--between two links of different modes");
        }
    }

    private String target() {
        return "-".equals(file) ? "to standard output" : file;
    }

    private PacketOutput output() throws IOException {
        if (file == null) {
            return new TextOutput(json.news());
        }
        return new FileOutput(channel(), Math.min(snapLength, LONGEST));
    }

    private WritableByteChannel channel() throws IOException {
        if (file.equals("-")) {
            return new FileOutputStream(FileDescriptor.out).getChannel();
        }
        return FileChannel.open(
                Path.of(file),
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE);
    }
}
