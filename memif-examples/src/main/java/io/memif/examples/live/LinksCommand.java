package io.memif.examples.live;

import io.memif.examples.CommandFailure;
import io.memif.examples.CommonOptions;
import io.memif.examples.JsonLine;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code memif links}: the memif links of this machine. */
@Command(
        name = "links",
        sortOptions = false,
        description = {
            "Lists the memif links of this machine, whatever their ends are written in: processes,"
                    + " roles as far as they can be told, rings, sizes and how full they are.",
            "It reads the memory that the processes share, which takes the rights of a debugger. It"
                    + " connects to nothing and writes nothing."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  sudo memif links",
            "  memif links --pid 4711",
            "  memif links --json | jq .rings"
        })
public final class LinksCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Option(
            names = "--pid",
            paramLabel = "PID",
            description = "Show only the links of this process.")
    private Integer pid;

    @Mixin private CommonOptions.Json json = new CommonOptions.Json();

    @Mixin private CommonOptions.Help help = new CommonOptions.Help();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        List<LiveLink> links = pid == null ? all() : new LinkFinder().of(pid);
        for (LiveLink link : links) {
            if (json.isGiven()) {
                json.print(json(link));
            } else {
                print(link, out);
            }
        }
        if (links.isEmpty() && !json.isGiven()) {
            out.println("no memif link on this machine");
        }
        out.flush();
        return 0;
    }

    private List<LiveLink> all() {
        LinkFinder.Findings found = new LinkFinder().all();
        if (!found.locked().isEmpty()) {
            if (found.links().isEmpty()) {
                throw new CommandFailure("found no link, and " + found.complaint());
            }
            spec.commandLine()
                    .getErr()
                    .printf(
                            Locale.ROOT,
                            "memif links: %d processes are left out: %s%n",
                            found.locked().size(),
                            found.complaint());
        }
        return found.links();
    }

    private static void print(LiveLink link, PrintWriter out) {
        Ends ends = link.ends();
        out.printf(
                Locale.ROOT,
                "link %d: %s%s%n",
                link.id(),
                ends,
                ends.slave() == null
                        ? ", roles unknown"
                        : ends.socket() == null ? "" : ", socket " + ends.socket());
        link.describeRegions().forEach(line -> out.println("  " + line));
        out.println("  ring      slots line   head   tail   used  receiver  from -> to");
        for (LiveRing ring : link.rings()) {
            out.printf(
                    Locale.ROOT,
                    "  %-8s %6d %4d %6d %6d %6d  %-8s  %s -> %s%n",
                    ring.name(),
                    ring.slots(),
                    ring.line(),
                    ring.head(),
                    ring.tail(),
                    ring.used(),
                    ring.isMasked() ? "polls" : "sleeps",
                    ends.sender(ring.direction()),
                    ends.receiver(ring.direction()));
        }
    }

    private static JsonLine json(LiveLink link) {
        Ends ends = link.ends();
        return new JsonLine()
                .put("link", link.id())
                .put("file", link.fileName())
                .put("socket", ends.socket())
                .put("bufferSize", link.bufferSize())
                .put("ends", ends.owners().stream().map(owner -> json(ends, owner)).toList())
                .put("regions", link.describeRegions().stream().map(LinksCommand::json).toList())
                .put("rings", link.rings().stream().map(ring -> json(ends, ring)).toList());
    }

    private static JsonLine json(Ends ends, Owner owner) {
        return new JsonLine()
                .put("pid", owner.pid())
                .put("name", owner.name())
                .put("uid", owner.uid())
                .put("role", ends.role(owner));
    }

    private static JsonLine json(LiveLink.Region region) {
        return new JsonLine()
                .put("region", region.index())
                .put("file", region.file())
                .put("bytes", region.size())
                .put("inode", region.inode())
                .put("unclear", region.unclear());
    }

    private static JsonLine json(Ends ends, LiveRing ring) {
        return new JsonLine()
                .put("ring", ring.name())
                .put("from", ends.sender(ring.direction()))
                .put("to", ends.receiver(ring.direction()))
                .put("slots", ring.slots())
                .put("line", ring.line())
                .put("head", ring.head())
                .put("tail", ring.tail())
                .put("used", ring.used())
                .put("masked", ring.isMasked());
    }
}
