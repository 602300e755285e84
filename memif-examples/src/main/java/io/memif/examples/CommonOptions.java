package io.memif.examples;

import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Options that several commands have in common. */
public final class CommonOptions {
    private CommonOptions() {}

    /** {@code --help}. */
    public static final class Help {
        @Option(
                names = {"-h", "--help"},
                usageHelp = true,
                description = "Show this text.")
        private boolean help;

        /** To be mixed into a command. */
        public Help() {}
    }

    /**
     * {@code --json}: results go to standard output for a program to read, and everything else to
     * standard error.
     */
    public static final class Json {
        @Spec(Target.MIXEE)
        private CommandSpec spec;

        @Option(
                names = "--json",
                description =
                        "Print results as JSON, an object a line, and the rest on standard error.")
        private boolean json;

        /** To be mixed into a command. */
        public Json() {}

        /**
         * Whether the option was given.
         *
         * @return false if results are for people
         */
        public boolean isGiven() {
            return json;
        }

        /**
         * Where everything goes that is no result.
         *
         * @return standard output, or standard error if a program reads the former
         */
        public PrintWriter news() {
            return json ? spec.commandLine().getErr() : spec.commandLine().getOut();
        }

        /**
         * Prints a result for a program.
         *
         * @param result one object
         */
        public void print(JsonLine result) {
            spec.commandLine().getOut().println(result);
            spec.commandLine().getOut().flush();
        }
    }

    /** {@code --wait}: patience with the other side. */
    public static final class Wait {
        @Spec(Target.MIXEE)
        private CommandSpec spec;

        private double seconds;

        /** To be mixed into a command. */
        public Wait() {}

        @Option(
                names = "--wait",
                paramLabel = "SECONDS",
                defaultValue = "10",
                description = "How long to wait for the link (default: ${DEFAULT-VALUE}).")
        void set(double value) {
            if (!(value > 0)) {
                throw new ParameterException(
                        spec.commandLine(), "--wait " + value + " is not more than 0");
            }
            seconds = value;
        }

        /**
         * How long to wait.
         *
         * @return seconds, more than 0
         */
        public double seconds() {
            return seconds;
        }
    }
}
