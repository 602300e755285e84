package io.memif.examples.doctor;

import io.memif.LinkInfo;
import io.memif.RegionDetails;
import io.memif.Role;
import io.memif.examples.CommandFailure;
import io.memif.examples.CommonOptions;
import io.memif.examples.ExitCodes;
import io.memif.examples.LinkOptions;
import io.memif.examples.Progress;
import io.memif.examples.StopSignal;
import io.memif.examples.live.LinkVerdict;
import io.memif.unix.OwnedFd;
import io.memif.unix.PeerCredentials;
import io.memif.unix.PollGroup;
import io.memif.unix.PollKey;
import io.memif.unix.UnixAddress;
import io.memif.unix.UnixException;
import io.memif.unix.UnixSocket;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code memif doctor}: finds out why a link does not come up, or carries nothing. */
@Command(
        name = "doctor",
        sortOptions = false,
        sortSynopsis = false,
        description = {
            "Finds out why a memif link does not come up, or carries nothing. Checks the machine",
            "and the socket, then goes through the handshake in place of your application. Says",
            "at which message it ends, why, and what to change on the other side. As slave, it",
            "sends one packet that no switch forwards, see --no-packet."
        },
        exitCodeList = {
            "  0:no problem found",
            "  1:a problem was found, or something failed",
            "  2:wrong usage"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  memif doctor --socket /run/vpp/memif.sock --id 1",
            "  memif doctor --role master --socket @dpdk --wait 30",
            "  memif doctor --pid $(pidof vpp)"
        })
public final class DoctorCommand implements Callable<Integer> {
    private static final double NS_PER_SECOND = 1e9;
    private static final int BACKLOG = 16;

    private final StopSignal stop;
    private Report report;

    @Spec private CommandSpec spec;

    @Mixin private LinkOptions link = new LinkOptions(Role.SLAVE);

    @Mixin private CommonOptions.Wait wait = new CommonOptions.Wait();

    @Option(
            names = "--pid",
            paramLabel = "P",
            description =
                    "Look at the live links of another process instead, without touching them.")
    private Integer pid;

    @Option(names = "--no-packet", description = "Send no packet when the link comes up.")
    private boolean noPacket;

    @Mixin private CommonOptions.Json json = new CommonOptions.Json();

    /**
     * The command.
     *
     * @param stop ends it early
     */
    public DoctorCommand(StopSignal stop) {
        this.stop = stop;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (pid != null && link.isSocketGiven()) {
            throw new ParameterException(
                    spec.commandLine(), "--pid and --socket exclude each other");
        }
        link.interfaceConfig("memif-doctor");
        PrintWriter out = spec.commandLine().getOut();
        Progress progress = new Progress(spec.commandLine().getErr());
        try (Report opened = new Report(out, progress, json.isGiven())) {
            report = opened;
            report.section("machine");
            report.addAll(new MachineCheck(Path.of("/")).look());
            if (pid != null) {
                judge(LinkVerdict.of(pid, stop));
            } else {
                examine();
            }
        }
        return report.problems() == 0 ? ExitCodes.OK : ExitCodes.FAILED;
    }

    private void judge(List<LinkVerdict> verdicts) {
        for (LinkVerdict verdict : verdicts) {
            report.section(verdict.toString());
            for (LinkVerdict.OfRing ring : verdict.rings()) {
                report.add(
                        ring.remedy().isEmpty()
                                ? Finding.ok(ring.text())
                                : Finding.problem(ring.text(), ring.remedy()));
            }
        }
    }

    private void examine() {
        report.section("socket " + link.socket());
        int before = report.problems();
        report.addAll(new SocketCheck(link.socket(), link.role()).look());
        if (report.problems() == before && !stop.isRequested()) {
            report.section(
                    "handshake as %s, id %s, mode %s"
                            .formatted(link.roleName(), link.id(), link.modeName()));
            walk();
        }
    }

    private void walk() {
        try {
            if (link.role() == Role.SLAVE) {
                walk(Handshake.connect(link));
            } else {
                OwnedFd slave = awaitSlave();
                if (slave != null) {
                    walk(slave);
                } else if (!stop.isRequested()) {
                    report.add(Problem.NOBODY_CAME.finding("in " + wait.seconds() + " s ", ""));
                }
            }
        } catch (UnixException e) {
            String queue =
                    e.errnoName().equals("EAGAIN") ? "; its queue of connections is full" : "";
            throw new CommandFailure("the handshake failed: " + e.getMessage() + queue, e);
        }
    }

    private void walk(OwnedFd peer) {
        try (Handshake handshake = new Handshake(link, peer, report::add)) {
            boolean up = handshake.walk(stop, () -> report.waiting("waiting for the other side"));
            if (stop.isRequested()) {
                return;
            }
            if (!up) {
                report.add(handshake.diagnosis());
                return;
            }
            LinkInfo info = handshake.itf().linkInfo();
            if (info == null) {
                return;
            }
            report.section("link");
            PeerCredentials who = handshake.who();
            report.add(Finding.ok("up, with process " + who.pid() + " of user " + who.uid()));
            rings(info);
            report.addAll(new RingProbe(handshake, link, stop).look(!noPacket));
        }
    }

    private void rings(LinkInfo info) {
        String rings =
                "%d receive and %d transmit rings of %d slots"
                        .formatted(info.rxRings(), info.txRings(), info.ringSize());
        boolean asked =
                info.rxRings() == link.queues()
                        && info.txRings() == link.queues()
                        && info.ringSize() == link.ringSize();
        report.add(
                asked || link.role() == Role.MASTER
                        ? Finding.ok(rings)
                        : Finding.note(rings + ": the master takes no more"));
        for (RegionDetails region : info.regions()) {
            String text =
                    "region %d of %d bytes is %s"
                            .formatted(
                                    region.index(),
                                    region.size(),
                                    region.sealed()
                                            ? "sealed against shrinking"
                                            : "not sealed: whoever made it can cut it short");
            report.add(region.sealed() ? Finding.ok(text) : Finding.note(text));
        }
    }

    /** The next slave that connects; null if none does in time. */
    private OwnedFd awaitSlave() {
        UnixAddress address = UnixAddress.of(link.socket());
        if (!address.isAbstract()) {
            removeStale(Path.of(address.path()));
        }
        OwnedFd listening = UnixSocket.listen(address, UnixSocket.Type.SEQPACKET, BACKLOG);
        long start = System.nanoTime();
        try (PollGroup group = PollGroup.open(e -> stop.request())) {
            group.add(listening, PollKey.READ, (key, ready) -> {});
            UnixSocket socket = new UnixSocket(listening);
            OwnedFd slave = null;
            while (slave == null
                    && !stop.isRequested()
                    && System.nanoTime() - start < wait.seconds() * NS_PER_SECOND) {
                report.waiting("waiting for a slave to connect");
                group.poll(100_000_000, 1);
                slave = socket.accept("slave's connection");
            }
            return slave;
        } finally {
            listening.close();
            if (!address.isAbstract()) {
                delete(Path.of(address.path()));
            }
        }
    }

    /** Nobody listens on it, see {@link SocketCheck}. */
    private static void removeStale(Path path) {
        if (Files.exists(path)) {
            delete(path);
        }
    }

    private static void delete(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new CommandFailure("cannot remove the socket file " + path, e);
        }
    }
}
