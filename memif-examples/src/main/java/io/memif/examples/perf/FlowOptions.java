package io.memif.examples.perf;

import io.memif.examples.Choice;
import io.memif.examples.Converters;
import io.memif.examples.icmp.IpAddress;
import io.memif.examples.icmp.MacAddress;
import io.memif.examples.perf.Flows.End;
import io.memif.examples.perf.Flows.Part;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The options that say which flows the packets of a mix belong to. */
final class FlowOptions {
    private static final int MOST_FLOWS = 1_000_000;

    /** Hosts of the network of either side that is meant for benchmarks. */
    private static final int MOST_OF_BENCHMARKS = 65_534;

    @Spec(Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--flows",
            paramLabel = "N",
            description =
                    "Flows that the packets belong to in turn, up to 1000000 (default:"
                            + " ${DEFAULT-VALUE}).")
    private int count = 256;

    @Option(
            names = "--vary",
            split = ",",
            paramLabel = "WHAT",
            converter = PartWord.class,
            description =
                    "What differs from flow to flow, counted up from the first: src-ip, dst-ip,"
                            + " src-port, src-mac, dst-mac (default: src-ip,dst-ip,src-port).")
    private List<Choice<Part>> varied;

    @Option(
            names = {"-6", "--ipv6"},
            description = "IPv6 packets; also with an IPv6 address below.")
    private boolean ipv6;

    @Option(
            names = "--src-ip",
            paramLabel = "ADDRESS",
            converter = Converters.Address.class,
            description = "First source address (default: 198.18.0.1 or 2001:2::1).")
    private IpAddress sourceIp;

    @Option(
            names = "--dst-ip",
            paramLabel = "ADDRESS",
            converter = Converters.Address.class,
            description = "First destination (default: 198.19.0.1 or 2001:2:0:8000::1).")
    private IpAddress targetIp;

    @Option(
            names = "--src-mac",
            paramLabel = "M",
            converter = Converters.Mac.class,
            description = "First source address (default: 02:00:00:00:00:01).")
    private MacAddress sourceMac;

    @Option(
            names = "--dst-mac",
            paramLabel = "M",
            converter = Converters.Mac.class,
            description =
                    "First destination, such as that of a router (default: 02:01:00:00:00:01).")
    private MacAddress targetMac;

    /** Parts of a packet on the command line. */
    static final class PartWord extends Converters.OneOf<Part> {
        /** Used by the command line. */
        PartWord() {
            super(
                    new TreeMap<>(
                            Arrays.stream(Part.values())
                                    .collect(Collectors.toMap(Part::word, Function.identity()))));
        }
    }

    /**
     * The flows.
     *
     * @throws ParameterException if an address or their number is wrong
     */
    Flows flows() {
        if (count < 1 || count > MOST_FLOWS) {
            throw wrong("--flows " + count + " is not within 1 to " + MOST_FLOWS);
        }
        boolean isV6 = ipv6 || isV6(sourceIp) || isV6(targetIp);
        Set<Part> parts = EnumSet.of(Part.SRC_IP, Part.DST_IP, Part.SRC_PORT);
        if (varied != null) {
            parts.clear();
            varied.forEach(each -> parts.add(each.value()));
        }
        if (!isV6 && count > MOST_OF_BENCHMARKS) {
            checkGiven(parts.contains(Part.SRC_IP), sourceIp, "--src-ip", "10.0.0.1");
            checkGiven(parts.contains(Part.DST_IP), targetIp, "--dst-ip", "10.128.0.1");
        }
        try {
            return new Flows(
                    count,
                    parts,
                    end(isV6 ? End.FROM_V6 : End.FROM_V4, sourceMac, sourceIp),
                    end(isV6 ? End.TO_V6 : End.TO_V4, targetMac, targetIp));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private static boolean isV6(IpAddress address) {
        return address != null && address.isV6();
    }

    private static End end(End usual, MacAddress mac, IpAddress ip) {
        return new End(mac == null ? usual.mac() : mac, ip == null ? usual.ip() : ip);
    }

    /** Beyond the networks for benchmarks the addresses are somebody's. */
    private void checkGiven(boolean varies, IpAddress address, String option, String example) {
        if (varies && address == null) {
            throw wrong(
                    "--flows "
                            + count
                            + " needs more addresses than there are for benchmarks: give "
                            + option
                            + ", for instance "
                            + example);
        }
    }

    private ParameterException wrong(String what) {
        return new ParameterException(spec.commandLine(), what);
    }
}
