package io.memif.examples;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.UsageMessageSpec;

/** How commands end, the same for all that do not say otherwise in their help. */
public final class ExitCodes {
    /** All went well. */
    public static final int OK = CommandLine.ExitCode.OK;

    /** Something failed at run time, or what was looked for is wrong. */
    public static final int FAILED = CommandLine.ExitCode.SOFTWARE;

    /** Wrong usage. */
    public static final int USAGE = CommandLine.ExitCode.USAGE;

    private static final String HEADING = "%nExit codes:%n";

    private ExitCodes() {}

    /** Puts the exit codes into the help of a command and all below it, unless they have theirs. */
    static void document(CommandLine command) {
        UsageMessageSpec help = command.getCommandSpec().usageMessage();
        if (help.exitCodeList().isEmpty()) {
            Map<String, String> codes = new LinkedHashMap<>();
            codes.put("  " + OK, "all went well");
            codes.put("  " + FAILED, "something failed; one sentence on standard error says what");
            codes.put("  " + USAGE, "wrong usage");
            help.exitCodeList(codes);
        }
        help.exitCodeListHeading(HEADING);
        command.getSubcommands().values().forEach(ExitCodes::document);
    }
}
