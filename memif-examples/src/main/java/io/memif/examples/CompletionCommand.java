package io.memif.examples;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code memif completion bash}: prints what a shell needs to complete words of the command. */
@Command(
        name = "completion",
        description = "Prints a script with which a shell completes commands and options.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  source <(memif completion bash)",
            "  memif completion bash > /etc/bash_completion.d/memif"
        })
final class CompletionCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Mixin private CommonOptions.Help help = new CommonOptions.Help();

    @Parameters(
            paramLabel = "bash",
            converter = Shell.class,
            completionCandidates = Names.class,
            description = "The shell; zsh takes the script after bashcompinit.")
    private Choice<Function<CommandLine, String>> shell;

    @Override
    public Integer call() {
        CommandLine root = spec.root().commandLine();
        spec.commandLine().getOut().print(shell.value().apply(root));
        spec.commandLine().getOut().flush();
        return ExitCodes.OK;
    }

    private static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return List.of("bash").iterator();
        }
    }

    private static final class Shell extends Converters.OneOf<Function<CommandLine, String>> {
        Shell() {
            super(new TreeMap<>(Map.of("bash", root -> AutoComplete.bash("memif", root))));
        }
    }
}
