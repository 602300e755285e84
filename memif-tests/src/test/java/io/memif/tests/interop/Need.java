package io.memif.tests.interop;

import io.memif.testing.ChildProcess;
import java.io.File;
import java.util.List;
import java.util.stream.Stream;

/** Something of the machine that a test cannot do without. */
enum Need {
    /** DPDK's packet forwarder with its memif driver. */
    TESTPMD("dpdk-testpmd", "apt-get install dpdk-dev librte-net-memif23"),

    /** Ping, through a kernel tap in a network namespace of its own. */
    PING(
            "ping, ip and root's rights over network namespaces",
            "as root: apt-get install iputils-ping iproute2 librte-net-tap23 librte-net-af-packet23"),

    /** The two programs that everybody reads capture files with. */
    CAPTURE_READERS("tcpdump and tshark", "apt-get install tcpdump tshark"),

    /** FD.io's packet processor; no distribution has it, so CI runs without it. */
    VPP("a vpp with the memif and ping plugins", "-Dmemif.vpp=PATH, with vppctl beside it");

    private final String what;
    private final String remedy;

    Need(String what, String remedy) {
        this.what = what;
        this.remedy = remedy;
    }

    boolean isMet() throws InterruptedException {
        return switch (this) {
            case TESTPMD -> isProgram("dpdk-testpmd") && isProgram("stdbuf");
            case PING -> isProgram("ping") && isProgram("ip") && canMakeNamespaces();
            case CAPTURE_READERS -> isProgram("tcpdump") && isProgram("tshark");
            case VPP -> Vpp.isThere();
            default -> throw new AssertionError(this);
        };
    }

    /** Whether CI has it. */
    boolean isInCi() {
        return this != VPP;
    }

    String complaint() {
        return "needs " + what + ": " + remedy;
    }

    private static boolean isProgram(String name) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(directory -> new File(directory, name).canExecute());
    }

    private static boolean canMakeNamespaces() throws InterruptedException {
        String name = "memif-try-" + ProcessHandle.current().pid();
        if (ChildProcess.run(List.of("ip", "netns", "add", name)).exitCode() != 0) {
            return false;
        }
        ChildProcess.run(List.of("ip", "netns", "del", name));
        return new File("/dev/net/tun").exists();
    }
}
