package io.memif.examples.capture;

import io.memif.examples.CommandFailure;
import io.memif.examples.StopSignal;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
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
            "With --pid the links are somebody else's, who does not notice: packets are copied as"
                    + " they pass, only whole ones are kept, and those that were missed are counted,"
                    + " in the file as well. That takes the rights of a debugger, and a processor."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  sudo memif capture --pid 4711",
            "  sudo memif capture --pid 4711 -w packets.pcapng",
            "  sudo memif capture --pid 4711 -w - | tcpdump -n -r - icmp"
        })
public final class CaptureCommand implements Callable<Integer> {
    private static final int LONGEST = 1 << 17;

    private final StopSignal stop;

    @Spec private CommandSpec spec;

    @Option(
            names = "--pid",
            paramLabel = "PID",
            required = true,
            description = "All links of this process.")
    private Integer pid;

    @Option(
            names = "-w",
            paramLabel = "FILE",
            description = "Write a pcapng file, - for standard output.")
    private String file;

    @Option(
            names = "-c",
            paramLabel = "N",
            description = "End after N packets (default: when stopped).")
    private long count = Long.MAX_VALUE;

    @Option(
            names = "-s",
            paramLabel = "BYTES",
            description = "Keep so many bytes of each packet (default: ${DEFAULT-VALUE}, all).")
    private int snapLength = LONGEST;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this text.")
    private boolean help;

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
        if (count < 1 || snapLength < 1) {
            throw new ParameterException(spec.commandLine(), "-c and -s have to be more than 0");
        }
        PrintWriter err = spec.commandLine().getErr();
        try (PacketOutput output = output()) {
            LiveCapture capture =
                    new LiveCapture(pid, output, Math.min(snapLength, LONGEST), count, stop);
            capture.links().forEach(link -> err.println("capturing on " + link));
            err.flush();
            for (String line : capture.run()) {
                err.println(line);
            }
            err.println(capture.written() + " packets captured");
        } catch (IOException e) {
            throw new CommandFailure("cannot write " + target() + ": " + e.getMessage(), e);
        }
        return 0;
    }

    private String target() {
        return "-".equals(file) ? "to standard output" : file;
    }

    private PacketOutput output() throws IOException {
        if (file == null) {
            return new TextOutput(spec.commandLine().getOut());
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
