package io.memif.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.testing.ChildProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What all commands have in common. 3 s. */
@Timeout(120)
class CommandsTest {
    @TempDir Path directory;

    /** Those that users see, at any depth. */
    private static List<CommandLine> commands(CommandLine from) {
        List<CommandLine> all = new ArrayList<>();
        if (!from.getCommandSpec().usageMessage().hidden()) {
            all.add(from);
            from.getSubcommands().values().forEach(each -> all.addAll(commands(each)));
        }
        return all;
    }

    @Test
    void helpShowsExamplesAndExitCodes() {
        List<String> wrong = new ArrayList<>();
        List<CommandLine> all = commands(Memif.commandLine(new StopSignal()));
        for (CommandLine command : all) {
            String help = command.getUsageMessage();
            String name = command.getCommandSpec().qualifiedName();
            if (!help.matches("(?s).*\nExamples:\n +.*memif .*")) {
                wrong.add(name + ": no examples");
            }
            if (!help.matches("(?s).*Exit codes:\n *0 .*\n *1 .*\n *2 .*")) {
                wrong.add(name + ": no exit codes");
            }
            if (!command.getCommandSpec().optionsMap().containsKey("--help")) {
                wrong.add(name + ": no --help");
            }
        }
        assertTrue(all.size() >= 8, "commands: " + all.size());
        assertEquals(List.of(), wrong);
    }

    @Test
    void bashCompletes() throws Exception {
        CommandRun run = CommandRun.start("completion", "bash");
        assertEquals(0, run.exitCode(), run::transcript);
        Path script = Files.writeString(directory.resolve("completion"), run.out());
        ChildProcess checked = ChildProcess.run(List.of("bash", "-n", script.toString()));
        assertEquals(0, checked.exitCode(), checked::toString);
        assertEquals("icmp-responder", completed(script, "memif icmp-r"));
        assertEquals("--ring-size", completed(script, "memif icmp-responder --ring-"));
        assertEquals("bash", completed(script, "memif completion b"));
    }

    /** What stands there after the Tab key. */
    private static String completed(Path script, String line) throws InterruptedException {
        String asked =
                """
                source %s; COMP_WORDS=(%s); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMP_LINE='%s'
                COMP_POINT=${#COMP_LINE}; _complete_memif; echo "${COMPREPLY[*]}"
                """
                        .formatted(script, line, line);
        ChildProcess shell = ChildProcess.run(List.of("bash", "-c", asked));
        assertEquals(0, shell.exitCode(), shell::toString);
        return shell.out().trim();
    }

    @Test
    void figuresHaveAsciiDigitsInAnyLocale() throws Exception {
        List<String> arabic =
                List.of("-Duser.language=ar", "-Duser.country=EG", "-Duser.extensions=u-nu-arab");
        try (ChildProcess run =
                ChildProcess.java(arabic, Memif.class, "icmp-responder", "--demo", "--count", "2")
                        .configure(each -> each.environment().put("LC_ALL", "ar_EG.UTF-8"))
                        .withoutInput()
                        .start()) {
            assertEquals(0, run.exitCode(), run::toString);
            assertTrue(run.out().contains("2 packets transmitted, 2 received"), run::toString);
            assertTrue(run.out().chars().allMatch(c -> c < 0x80), run::toString);
        }
    }
}
