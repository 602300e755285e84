package io.memif.examples.perf;

import io.memif.examples.CommandFailure;
import io.memif.examples.JsonLine;
import io.memif.examples.LinkOptions;
import io.memif.examples.Terminal;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Tells how a search goes, on a terminal, and what it found. Used by the command's thread. */
final class NdrReport {
    private static final double MILLION = 1e6;
    private static final double BILLION = 1e9;
    private static final double US = 1e3;
    private static final double PERCENT = 100;
    private static final int BITS = 8;

    /** A generator that is late by more than this part of a trial is what limits the rate. */
    private static final double LATE = 0.01;

    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean json;
    private final boolean isWatched = Terminal.isError();
    private final List<OfMix> results = new ArrayList<>();
    private int count;

    NdrReport(PrintWriter out, PrintWriter err, boolean json) {
        this.out = out;
        this.err = err;
        this.json = json;
    }

    /**
     * What a search found.
     *
     * @param mix that was sent
     * @param found for each goal
     * @param trials all of them, by load
     */
    record OfMix(Mix mix, List<RateSearch.Found> found, List<TrialResult> trials) {}

    void waiting(List<LinkOptions> links) {
        String sockets =
                links.stream()
                        .map(each -> each.roleName() + " on " + each.socket() + " id " + each.id())
                        .collect(Collectors.joining(", back as "));
        progress("waiting for the link: " + sockets);
    }

    private void progress(String line) {
        if (isWatched) {
            err.println(line);
            err.flush();
        }
    }

    void begins(Mix mix) {
        progress(mix.title() + ": warm-up");
        count = 0;
    }

    /** Passes a trial on; null stays null. */
    TrialResult trial(TrialResult result) {
        count++;
        if (result != null) {
            progress(
                    String.format(
                            Locale.ROOT,
                            "%4d  %10.4f M packets/s for %.1f s: %d of %d lost (%.4f %%)",
                            count,
                            result.load() / MILLION,
                            result.intended(),
                            result.lost(),
                            result.offered(),
                            result.lossRatio() * PERCENT));
        }
        return result;
    }

    void found(Mix mix, List<RateSearch.Found> found, List<TrialResult> trials) {
        results.add(new OfMix(mix, found, trials));
        if (json) {
            return;
        }
        double seconds = trials.stream().mapToDouble(TrialResult::elapsed).sum();
        out.printf(Locale.ROOT, "%s: %d trials in %.1f s%n", mix.title(), trials.size(), seconds);
        for (RateSearch.Found each : found) {
            out.println("  " + line(mix, each));
        }
        out.flush();
    }

    private static String line(Mix mix, RateSearch.Found found) {
        String name = found.goal().name();
        if (found.trials().isEmpty()) {
            String at = String.format(Locale.ROOT, "%.4f M packets/s", found.upper() / MILLION);
            return found.upper() == 0
                    ? name + "  not looked for: no time"
                    : name + "  none: too much is lost even at " + at;
        }
        Spread spread = new Spread(found);
        return String.format(
                Locale.ROOT,
                "%s %10.4f M packets/s, %.4f G bit/s (%s)%n"
                        + "      %d trials, %d good: received %.4f to %.4f M packets/s, lost %.4f to"
                        + " %.4f %%; p50 %.1f us, p99 %.1f us%s",
                name,
                found.throughput() / MILLION,
                found.throughput() * mix.mean() * BITS / BILLION,
                bounds(found),
                found.trials().size(),
                spread.good(),
                spread.least() / MILLION,
                spread.most() / MILLION,
                spread.leastLoss() * PERCENT,
                spread.mostLoss() * PERCENT,
                spread.medianNs() / US,
                spread.tailNs() / US,
                remarks(found, spread));
    }

    private static String bounds(RateSearch.Found found) {
        String lower = String.format(Locale.ROOT, "%.4f", found.lower() / MILLION);
        return found.upper() == 0
                ? lower + " offered, nothing higher tried that fails"
                : String.format(Locale.ROOT, "between %s and %.4f", lower, found.upper() / MILLION);
    }

    private static String remarks(RateSearch.Found found, Spread spread) {
        String text = found.isComplete() ? "" : "; unfinished: the search was ended before";
        return spread.isLate() ? text + "; the generator is what limits it" : text;
    }

    /** Of the trials at a lower bound. */
    private record Spread(RateSearch.Found found) {
        private double[] sorted(ToDoubleFunction<TrialResult> what) {
            return found.trials().stream().mapToDouble(what).sorted().toArray();
        }

        private double at(double part, ToDoubleFunction<TrialResult> what) {
            double[] all = sorted(what);
            return all[(int) Math.min(all.length - 1, part * all.length)];
        }

        double least() {
            return at(0, TrialResult::receivedRate);
        }

        double most() {
            return at(1, TrialResult::receivedRate);
        }

        double leastLoss() {
            return at(0, TrialResult::lossRatio);
        }

        double mostLoss() {
            return at(1, TrialResult::lossRatio);
        }

        double medianNs() {
            return at(0.5, TrialResult::medianNs);
        }

        double tailNs() {
            return at(0.5, TrialResult::tailNs);
        }

        long good() {
            return found.trials().stream()
                    .filter(each -> each.lossRatio() <= found.goal().lossRatio())
                    .count();
        }

        boolean isLate() {
            return at(0.5, each -> each.seconds() / each.intended()) > 1 + LATE;
        }
    }

    /** Ends the report: JSON, and the picture. */
    void end(String mode, Flows flows, boolean bidir, Path plot) {
        if (json) {
            JsonLine line = new JsonLine();
            line.put("mode", mode)
                    .put("flows", flows.count())
                    .put("vary", flows.variedWords())
                    .put("srcIp", flows.from().ip().toString())
                    .put("dstIp", flows.to().ip().toString())
                    .put("bidir", bidir);
            line.put("results", results.stream().flatMap(NdrReport::goals).toList());
            line.put("trials", results.stream().flatMap(NdrReport::trials).toList());
            out.println(line);
            out.flush();
        }
        if (plot == null || results.stream().allMatch(each -> each.trials().isEmpty())) {
            return;
        }
        try {
            NdrPlot.draw(plot, results);
        } catch (IOException e) {
            throw new CommandFailure("cannot write the plot " + plot + ": " + e, e);
        } catch (LinkageError | InternalError e) {
            throw new CommandFailure("this Java cannot draw, the plot is not written: " + e, e);
        }
    }

    private static Stream<JsonLine> goals(OfMix of) {
        return of.found().stream().map(found -> goal(of.mix(), found));
    }

    private static JsonLine goal(Mix mix, RateSearch.Found found) {
        JsonLine line = new JsonLine().put("size", mix.name()).put("goal", found.goal().name());
        line.put("lossRatio", found.goal().lossRatio(), 6)
                .put("complete", found.isComplete())
                .put("lowerPps", found.lower())
                .put("upperPps", found.upper());
        if (found.trials().isEmpty()) {
            return line.put("pps", 0);
        }
        Spread spread = new Spread(found);
        return line.put("pps", Math.round(found.throughput()))
                .put("gbps", found.throughput() * mix.mean() * BITS / BILLION, 6)
                .put("trials", found.trials().size())
                .put("good", spread.good())
                .put("leastPps", Math.round(spread.least()))
                .put("mostPps", Math.round(spread.most()))
                .put("leastLossRatio", spread.leastLoss(), 8)
                .put("mostLossRatio", spread.mostLoss(), 8)
                .put("latencyP50Ns", Math.round(spread.medianNs()))
                .put("latencyP99Ns", Math.round(spread.tailNs()))
                .put("generatorLimited", spread.isLate());
    }

    private static Stream<JsonLine> trials(OfMix of) {
        return of.trials().stream()
                .map(
                        each ->
                                new JsonLine()
                                        .put("size", of.mix().name())
                                        .put("pps", each.load())
                                        .put("seconds", each.seconds(), 6)
                                        .put("offered", each.offered())
                                        .put("received", each.received())
                                        .put("lost", each.lost())
                                        .put("refused", each.refused())
                                        .put("unsent", each.unsent())
                                        .put("duplicated", each.duplicated())
                                        .put("damaged", each.damaged())
                                        .put("latencyP50Ns", each.medianNs())
                                        .put("latencyP99Ns", each.tailNs()));
    }
}
