package io.memif.examples;

import io.memif.MemifException;
import io.memif.examples.bridge.BridgeCommand;
import io.memif.examples.capture.CaptureCommand;
import io.memif.examples.doctor.DoctorCommand;
import io.memif.examples.handover.HandoverDemoCommand;
import io.memif.examples.handover.HandoverServerCommand;
import io.memif.examples.live.LinksCommand;
import io.memif.examples.live.TopCommand;
import io.memif.examples.perf.PerfCommand;
import io.memif.examples.ping.PingCommand;
import io.memif.examples.replay.ReplayCommand;
import io.memif.examples.responder.IcmpResponderCommand;
import io.memif.examples.show.ShowCommand;
import io.memif.examples.tap.TapCommand;
import io.memif.unix.UnixException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The {@code memif} command. Ends with 0 when all went well, 2 after wrong usage, 1 when something
 * failed at run time ({@code ping}: 2, as ping does); both failures are told in one sentence on
 * standard error.
 */
@Command(
        name = "memif",
        mixinStandardHelpOptions = true,
        version = "io.memif 0.1.0",
        description = "Shared-memory packet interfaces in pure Java.",
        synopsisSubcommandLabel = "COMMAND",
        footerHeading = "%nExamples:%n",
        footer = {
            "  memif icmp-responder --demo",
            "  memif doctor --socket /run/vpp/memif.sock",
            "  memif perf --help"
        })
public final class Memif implements Callable<Integer> {
    /**
     * A command says itself what becomes of its link: the library's warnings would say it twice.
     */
    private static final Logger LIBRARY = Logger.getLogger("io.memif");

    @Spec private CommandSpec spec;

    private Memif() {}

    /**
     * Runs the command and ends the JVM.
     *
     * @param args subcommand and options
     */
    public static void main(String[] args) {
        LIBRARY.setLevel(Level.SEVERE);
        // Figures have ASCII digits and a point, wherever the machine stands.
        Locale.setDefault(Locale.ROOT);
        StopSignal stop = StopSignal.install();
        Thread main = Thread.currentThread();
        Thread.setDefaultUncaughtExceptionHandler(
                (thread, failure) -> {
                    System.err.println("memif: unexpected " + failure + " in " + thread);
                    if (thread == main) {
                        end(stop, ExitCodes.FAILED);
                    }
                });
        end(stop, commandLine(stop).setOut(standardOutput(stop)).execute(args));
    }

    private static void end(StopSignal stop, int exitCode) {
        System.out.flush();
        stop.finished(exitCode);
        System.exit(exitCode);
    }

    /** Ends the command as Ctrl-C does when nobody reads its output any more: head has enough. */
    private static PrintWriter standardOutput(StopSignal stop) {
        FileOutputStream out =
                new FileOutputStream(FileDescriptor.out) {
                    @Override
                    public void write(byte[] bytes, int from, int length) throws IOException {
                        try {
                            super.write(bytes, from, length);
                        } catch (IOException e) {
                            stop.request();
                            throw e;
                        }
                    }
                };
        String charset =
                System.getProperty("stdout.encoding", System.getProperty("native.encoding"));
        return new PrintWriter(new OutputStreamWriter(out, Charset.forName(charset)), true);
    }

    /**
     * The command with all its subcommands.
     *
     * @param stop ends the commands that run until told otherwise
     * @return ready to execute; prints to standard output and error unless told otherwise
     */
    public static CommandLine commandLine(StopSignal stop) {
        CommandLine line = new CommandLine(new Memif());
        line.addSubcommand(new IcmpResponderCommand(stop));
        line.addSubcommand(new PingCommand(stop));
        line.addSubcommand(new HandoverDemoCommand());
        line.addSubcommand(new HandoverServerCommand(stop));
        line.addSubcommand(PerfCommand.commandLine(stop));
        line.addSubcommand(new LinksCommand());
        line.addSubcommand(new TopCommand(stop));
        line.addSubcommand(new CaptureCommand(stop));
        line.addSubcommand(new ShowCommand(stop));
        line.addSubcommand(new ReplayCommand(stop));
        line.addSubcommand(new BridgeCommand(stop));
        line.addSubcommand(new TapCommand(stop));
        line.addSubcommand(new DoctorCommand(stop));
        line.addSubcommand(new CompletionCommand());
        ExitCodes.document(line);
        // Else @name would be read as a file of arguments, and not as an abstract address.
        line.setExpandAtFiles(false);
        line.setParameterExceptionHandler(Memif::explainUsage);
        line.setExecutionExceptionHandler(Memif::explainFailure);
        return line;
    }

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "which command?");
    }

    private static int explainUsage(ParameterException e, String[] args) {
        CommandLine line = e.getCommandLine();
        String name = line.getCommandSpec().qualifiedName();
        complain(line, e.getMessage() + " (see " + name + " --help)");
        return ExitCodes.USAGE;
    }

    private static int explainFailure(
            Exception e, CommandLine line, CommandLine.ParseResult parsed) {
        boolean expected =
                e instanceof CommandFailure
                        || e instanceof MemifException
                        || e instanceof UnixException;
        complain(line, expected ? e.getMessage() : "unexpected " + e);
        return line.getCommandSpec().exitCodeOnExecutionException();
    }

    private static void complain(CommandLine line, String sentence) {
        String name = line.getCommandSpec().qualifiedName();
        line.getErr().println(name + ": " + sentence.replaceAll("\\s*\\R\\s*", " "));
    }
}
