package io.memif.examples;

import io.memif.InterfaceConfig;
import io.memif.Mode;
import io.memif.Role;
import io.memif.RxMode;
import io.memif.SocketConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The options that describe a memif link, the same for every command that opens one. */
public final class LinkOptions {
    private static final int MAX_QUEUES = 255;

    @Spec(Target.MIXEE)
    private CommandSpec spec;

    @Mixin private CommonOptions.Help help = new CommonOptions.Help();

    @Option(
            names = "--socket",
            paramLabel = "PATH|@abstract",
            description = "Socket of the link (default: ${DEFAULT-VALUE}).")
    private String socket = SocketConfig.DEFAULT_ADDRESS;

    private String complaint = "";

    @Option(
            names = "--id",
            paramLabel = "N",
            converter = Converters.Id.class,
            description = "Interface id, the same on both sides (default: ${DEFAULT-VALUE}).")
    private int id;

    @Option(
            names = "--role",
            paramLabel = "slave|master",
            converter = Converters.RoleWord.class,
            description = "A slave connects, a master listens (default: ${DEFAULT-VALUE}).")
    private Choice<Role> role;

    @Option(names = "--name", paramLabel = "S", description = "Interface name sent to the peer.")
    private String name;

    @Option(
            names = "--secret",
            paramLabel = "S",
            description = "Secret of the interface; visible to others in ps.")
    private String secret;

    @Option(
            names = "--secret-file",
            paramLabel = "F",
            description = "File with the secret of the interface.")
    private Path secretFile;

    @Option(
            names = "--mode",
            paramLabel = "ethernet|ip",
            converter = Converters.ModeWord.class,
            description = "What packets carry, the same on both sides (default: ${DEFAULT-VALUE}).")
    private Choice<Mode> mode = new Choice<>("ethernet", Mode.ETHERNET);

    @Option(
            names = "--queues",
            paramLabel = "N",
            description = "Queue pairs (default: ${DEFAULT-VALUE}).")
    private int queues = 1;

    @Option(
            names = "--ring-size",
            paramLabel = "N",
            description = "Slots of a ring, a power of two (default: ${DEFAULT-VALUE}).")
    private int ringSize = 1024;

    @Option(
            names = "--buffer-size",
            paramLabel = "N",
            description = "Bytes of a buffer (default: ${DEFAULT-VALUE}).")
    private int bufferSize = 2048;

    @Option(
            names = "--cache-line",
            paramLabel = "64|128",
            description =
                    "Cache line that both sides are built for, in bytes (default:"
                            + " ${DEFAULT-VALUE}).")
    private int cacheLine = 64;

    @Option(
            names = "--rx-mode",
            paramLabel = "interrupt|polling|adaptive",
            converter = Converters.RxModeWord.class,
            description = "How to wait for packets (default: ${DEFAULT-VALUE}).")
    private Choice<RxMode> rxMode;

    @Option(
            names = "--no-retry",
            description = "As slave, give up when nobody listens or the link goes down.")
    private boolean noRetry;

    /**
     * The defaults, with queues that sleep.
     *
     * @param role the role if none is given
     */
    public LinkOptions(Role role) {
        this(role, RxMode.INTERRUPT);
    }

    /**
     * The defaults.
     *
     * @param role the role if none is given
     * @param rxMode how to wait for packets if nothing is said
     */
    public LinkOptions(Role role, RxMode rxMode) {
        this.role = new Choice<>(role.name().toLowerCase(Locale.ROOT), role);
        this.rxMode = new Choice<>(rxMode.name().toLowerCase(Locale.ROOT), rxMode);
    }

    /**
     * The link of a command that has several, in one word: its socket, and any of the options above
     * after commas, without their dashes.
     *
     * @param text for instance {@code /run/vpp/memif.sock,role=master,id=2}
     * @return the options, a slave's if no role is given
     * @throws IllegalArgumentException if an option is wrong
     */
    public static LinkOptions parse(String text) {
        String[] words = text.split(",");
        List<String> options = new ArrayList<>(List.of("--socket=" + words[0]));
        Arrays.stream(words).skip(1).map(word -> "--" + word).forEach(options::add);
        OneLink link = new OneLink();
        try {
            new CommandLine(link).parseArgs(options.toArray(String[]::new));
            link.options.interfaceConfig("checked");
        } catch (ParameterException e) {
            throw new IllegalArgumentException("'" + text + "': " + e.getMessage(), e);
        }
        return link.options;
    }

    @Command
    private static final class OneLink {
        @Mixin private LinkOptions options = new LinkOptions(Role.SLAVE);
    }

    /**
     * Socket the link is made on.
     *
     * @return path, or {@code @} and an abstract name
     */
    public String socket() {
        return socket;
    }

    /**
     * Whether {@code --socket} was given.
     *
     * @return false if the socket is the default one
     */
    public boolean isSocketGiven() {
        return isGiven("--socket");
    }

    /**
     * Whether an option was given.
     *
     * @param option with its dashes
     * @return false if it has its default
     */
    public boolean isGiven(String option) {
        return spec.commandLine().getParseResult().hasMatchedOption(option);
    }

    /**
     * Waits for packets in another way than {@code --rx-mode} says.
     *
     * @param mode of all receive queues
     */
    public void useRxMode(RxMode mode) {
        rxMode = new Choice<>(mode.name().toLowerCase(Locale.ROOT), mode);
    }

    /**
     * Asks for other queue pairs than {@code --queues} does.
     *
     * @param pairs 1 to 255; checked when the interface is configured
     */
    public void useQueues(int pairs) {
        queues = pairs;
    }

    /**
     * Points the link at another socket.
     *
     * @param address path, or {@code @} and an abstract name
     */
    public void useSocket(String address) {
        socket = address;
    }

    /**
     * What packets carry.
     *
     * @return Ethernet or IP
     */
    public Mode mode() {
        return mode.value();
    }

    /**
     * Our side of the link.
     *
     * @return master or slave
     */
    public Role role() {
        return role.value();
    }

    /**
     * Queue pairs asked for.
     *
     * @return 1 to 255
     */
    public int queues() {
        return queues;
    }

    /**
     * Slots of a ring asked for.
     *
     * @return a power of two
     */
    public int ringSize() {
        return ringSize;
    }

    /**
     * Bytes of a buffer asked for.
     *
     * @return bytes
     */
    public int bufferSize() {
        return bufferSize;
    }

    /**
     * Bytes of a cache line that both sides are built for.
     *
     * @return 64 or 128
     */
    public int cacheLine() {
        return cacheLine;
    }

    /**
     * How to wait for packets.
     *
     * @return the mode of all receive queues
     */
    public RxMode rxMode() {
        return rxMode.value();
    }

    /**
     * The receive mode in lower case.
     *
     * @return interrupt, polling or adaptive
     */
    public String rxModeName() {
        return rxMode.text();
    }

    /**
     * Whether the end of the link is the end of the command.
     *
     * @return true for a slave with {@code --no-retry}
     */
    public boolean endsWithLink() {
        return noRetry && role.value() == Role.SLAVE;
    }

    /**
     * The interface id.
     *
     * @return unsigned, in decimal
     */
    public String id() {
        return Integer.toUnsignedString(id);
    }

    /**
     * The role in lower case.
     *
     * @return master or slave
     */
    public String roleName() {
        return role.text();
    }

    /**
     * The mode in lower case.
     *
     * @return ethernet or ip
     */
    public String modeName() {
        return mode.text();
    }

    /** On a callback thread. If a slave is refused at every attempt, that is said once. */
    private void complain(Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        if (!message.equals(complaint)) {
            complaint = message;
            spec.commandLine().getErr().println("memif: " + message);
        }
    }

    /**
     * Configuration of the socket.
     *
     * @param applicationName sent to the peer
     * @return a builder
     */
    public SocketConfig.Builder socketConfig(String applicationName) {
        return SocketConfig.builder()
                .address(socket)
                .applicationName(applicationName)
                .errorHandler(this::complain);
    }

    /**
     * Configuration of the interface.
     *
     * @param defaultName sent to the peer if no name was given
     * @return a builder whose values have been checked
     * @throws ParameterException if a value is out of range
     * @throws CommandFailure if the secret cannot be read
     */
    public InterfaceConfig.Builder interfaceConfig(String defaultName) {
        checkQueues();
        try {
            InterfaceConfig.Builder config =
                    InterfaceConfig.builder()
                            .role(role.value())
                            .id(id)
                            .mode(mode.value())
                            .name(name == null ? defaultName : name)
                            .queues(queues)
                            .ringSize(ringSize)
                            .bufferSize(bufferSize)
                            .cacheLine(cacheLine)
                            .rxMode(rxMode.value())
                            .reconnect(!noRetry)
                            .secret(readSecret());
            config.build();
            return config;
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private void checkQueues() {
        if (queues < 1 || queues > MAX_QUEUES) {
            throw wrong("--queues " + queues + " is not within 1 to " + MAX_QUEUES);
        }
    }

    private ParameterException wrong(String what) {
        return new ParameterException(spec.commandLine(), what);
    }

    /**
     * The secret.
     *
     * @return its bytes; none if there is no secret
     * @throws ParameterException if it is given twice, or is empty
     * @throws CommandFailure if its file cannot be read
     */
    public byte[] readSecret() {
        if (secret != null && secretFile != null) {
            throw wrong("--secret and --secret-file exclude each other");
        }
        if (secretFile != null) {
            return readSecretFile();
        }
        if (secret != null && secret.isEmpty()) {
            throw wrong("--secret is empty");
        }
        return secret == null ? new byte[0] : secret.getBytes(StandardCharsets.UTF_8);
    }

    private byte[] readSecretFile() {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(secretFile);
        } catch (NoSuchFileException e) {
            throw new CommandFailure("there is no secret file " + secretFile, e);
        } catch (AccessDeniedException e) {
            throw new CommandFailure(
                    "the secret file " + secretFile + " cannot be read by this user", e);
        } catch (IOException e) {
            throw new CommandFailure("cannot read the secret file " + secretFile, e);
        }
        int end = bytes.length;
        while (end > 0 && (bytes[end - 1] == '\n' || bytes[end - 1] == '\r')) {
            end--;
        }
        if (end == 0) {
            throw new CommandFailure("the secret file " + secretFile + " is empty");
        }
        return Arrays.copyOf(bytes, end);
    }
}
