package io.memif.examples.perf;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Finds the highest loads at which a device meets goals of loss, all goals in one search: FD.io
 * CSIT's multiple loss ratio search (draft-ietf-bmwg-mlrsearch).
 *
 * <p>A trial that loses more than a goal allows is a bad one. A load is a lower bound of the goal
 * when, of the seconds of trials that the goal asks for, no more than the exceed ratio can be bad
 * any more; it is an upper bound when more are. The search ends when an upper bound lies above a
 * lower one by no more than the goal's width. It gets there in phases: first with wide intervals
 * and one trial a load, then narrower ones with more, so that most of the time is spent near the
 * answer.
 *
 * <p>Loads are in packets per second, times in seconds, ratios are 0 to 1. One thread.
 */
final class RateSearch {
    /** Loads at which the first trials look for a place to begin. */
    private static final int MOST_FIRST_TRIALS = 3;

    /** A step outwards is no larger than this part of a load. */
    private static final double LARGEST_STEP = 0.9;

    /** Sums of durations are no more precise. */
    private static final double ROUNDING = 1e-9;

    /** The device, or a simulation of it. */
    interface Device {
        /**
         * Offers a load for some time.
         *
         * @param load packets per second
         * @param seconds how long
         * @return what came of it; null if it was ended early, which ends the search
         * @throws InterruptedException if the thread is interrupted
         */
        TrialResult run(long load, double seconds) throws InterruptedException;
    }

    /**
     * What is looked for.
     *
     * @param name for reports
     * @param lossRatio most of a trial's packets that may be lost
     */
    record Goal(String name, double lossRatio) {}

    /**
     * How to look for it.
     *
     * @param least lowest load
     * @param most highest load
     * @param width distance of upper and lower bound, as part of the upper one
     * @param exceedRatio part of the trials' time in which more may be lost
     * @param firstTrial duration of the first trials
     * @param lastTrial duration of those that decide
     * @param sum of the durations that decide a load
     * @param limit when to give up, with what is known
     */
    record Plan(
            long least,
            long most,
            double width,
            double exceedRatio,
            double firstTrial,
            double lastTrial,
            double sum,
            double limit) {
        /** Phases before the last one. */
        private static final int PRECEDING = 2;

        /** What a goal asks for in a phase: each a step from the first values to the last ones. */
        private Target target(Goal goal, int phase) {
            double part = (double) phase / PRECEDING;
            return new Target(
                    goal.lossRatio(),
                    exceedRatio,
                    Math.min(LARGEST_STEP, width * (1 << PRECEDING - phase)),
                    between(firstTrial, lastTrial, part),
                    between(firstTrial, sum, part));
        }

        private static double between(double first, double last, double part) {
            return part >= 1 ? last : first * Math.pow(last / first, part);
        }
    }

    /**
     * What was found for a goal.
     *
     * @param goal which
     * @param lower highest load that meets it; 0 if not even the lowest load does
     * @param upper lowest load above that does not; 0 if the highest load meets it
     * @param isComplete false if time was over, or somebody ended the search, before
     * @param throughput packets per second that come through at the lower load, in all trials but
     *     those that the exceed ratio leaves out; MLRsearch calls it conditional throughput
     * @param trials at the lower load
     */
    record Found(
            Goal goal,
            long lower,
            long upper,
            boolean isComplete,
            double throughput,
            List<TrialResult> trials) {}

    private record Target(
            double lossRatio, double exceedRatio, double width, double trial, double sum) {
        /** Whether a trial is long enough to count as a good one. */
        boolean isLong(TrialResult result) {
            return result.intended() >= trial * (1 - ROUNDING);
        }
    }

    private enum Verdict {
        LOWER,
        UPPER,
        OPEN
    }

    /** Bounds of a goal; 0 where there is none. */
    private record Bounds(long lower, long upper) {
        boolean contains(long load) {
            return load > lower && (upper == 0 || load < upper);
        }
    }

    private final Plan plan;
    private final List<Goal> goals;
    private final Device device;
    private final TreeMap<Long, List<TrialResult>> trials = new TreeMap<>();
    private final Map<Goal, Bounds> known = new HashMap<>();
    private double spent;
    private boolean isStopped;

    /**
     * A search.
     *
     * @param plan how
     * @param goals what for
     * @param device runs the trials
     */
    RateSearch(Plan plan, List<Goal> goals, Device device) {
        this.plan = plan;
        this.goals = List.copyOf(goals);
        this.device = device;
    }

    /** Searches. Once for each object. */
    List<Found> run() throws InterruptedException {
        findBeginning();
        boolean isComplete = true;
        Map<Goal, Integer> reached = new HashMap<>();
        for (int phase = 0; phase <= Plan.PRECEDING && isComplete; phase++) {
            for (Goal goal : goals) {
                if (narrow(goal, plan.target(goal, phase))) {
                    reached.put(goal, phase);
                } else {
                    isComplete = false;
                }
            }
        }
        List<Found> found = new ArrayList<>();
        for (Goal goal : goals) {
            // Anew: what was measured for the other goals since then says something, too.
            Target target = plan.target(goal, reached.getOrDefault(goal, 0));
            Bounds bounds = bounds(target);
            List<TrialResult> at = trials.getOrDefault(bounds.lower(), List.of());
            double throughput = throughput(at, target);
            found.add(new Found(goal, bounds.lower(), bounds.upper(), isComplete, throughput, at));
        }
        return found;
    }

    /**
     * The rate of the trial that lost most of those that have to be good: of the seconds that the
     * target asks for, all but the exceed ratio.
     */
    private static double throughput(List<TrialResult> atLower, Target target) {
        List<TrialResult> best =
                atLower.stream()
                        .filter(target::isLong)
                        .sorted(Comparator.comparingDouble(TrialResult::lossRatio))
                        .toList();
        double measured = best.stream().mapToDouble(TrialResult::intended).sum();
        double rest = Math.max(target.sum(), measured) * (1 - target.exceedRatio());
        double rate = 0;
        for (TrialResult each : best) {
            if (rest > ROUNDING) {
                rate = each.receivedRate();
                rest -= each.intended();
            }
        }
        return rate;
    }

    /** All trials so far, by load. */
    List<TrialResult> trials() {
        return trials.values().stream().flatMap(List::stream).toList();
    }

    /** Offers the highest load, then what of it came through, and so on. */
    private void findBeginning() throws InterruptedException {
        long load = plan.most();
        for (int i = 0; i < MOST_FIRST_TRIALS && !trials.containsKey(load) && !isOver(); i++) {
            measure(load, plan.firstTrial());
            List<TrialResult> there = trials.getOrDefault(load, List.of());
            load = there.isEmpty() ? load : clamp((long) there.get(0).receivedRate());
        }
    }

    private long clamp(long load) {
        return Math.max(plan.least(), Math.min(plan.most(), load));
    }

    private boolean isOver() {
        return isStopped || spent >= plan.limit();
    }

    private void measure(long load, double seconds) throws InterruptedException {
        TrialResult result = device.run(load, seconds);
        if (result == null) {
            isStopped = true;
            return;
        }
        trials.computeIfAbsent(load, any -> new ArrayList<>()).add(result);
        spent += result.elapsed();
    }

    /** Measures until the goal's bounds are as near as the target asks; false if time is over. */
    private boolean narrow(Goal goal, Target target) throws InterruptedException {
        Bounds before = known.get(goal);
        double step = target.width();
        long load = 0;
        while (true) {
            Bounds now = bounds(target);
            if (isNarrow(now, target.width())) {
                known.put(goal, now);
                return true;
            }
            if (isOver()) {
                return false;
            }
            if (load == 0 || verdict(load, target) != Verdict.OPEN || !now.contains(load)) {
                load = hint(before, now, target);
            }
            if (load == 0) {
                load = next(now, step);
                step = Math.min(LARGEST_STEP, step * 2);
            }
            measure(load, target.trial());
        }
    }

    private boolean isNarrow(Bounds now, double width) {
        if (now.upper() == 0) {
            return now.lower() == plan.most();
        }
        if (now.lower() == 0) {
            return now.upper() == plan.least();
        }
        long distance = now.upper() - now.lower();
        return distance <= 1 || distance <= width * now.upper();
    }

    /** A bound of the phase before that this phase has not decided yet; 0 if there is none. */
    private long hint(Bounds before, Bounds now, Target target) {
        if (before == null) {
            return 0;
        }
        for (long load : new long[] {before.lower(), before.upper()}) {
            if (load != 0 && now.contains(load) && verdict(load, target) == Verdict.OPEN) {
                return load;
            }
        }
        return 0;
    }

    /**
     * A step down while there is no lower bound; else a step up, or half of the way where that is
     * less: the first upper bound may be far off.
     */
    private long next(Bounds now, double step) {
        if (now.lower() == 0 && now.upper() != 0) {
            return clamp((long) (now.upper() * (1 - step)));
        }
        long from = Math.max(plan.least(), now.lower());
        long up = Math.max(from + 1, (long) (from / (1 - step)));
        if (now.upper() == 0) {
            return clamp(up);
        }
        long middle = (long) Math.sqrt((double) now.lower() * now.upper());
        return Math.max(now.lower() + 1, Math.min(up, middle));
    }

    /** The lowest upper bound, and the highest lower bound below it. */
    private Bounds bounds(Target target) {
        long lower = 0;
        for (long load : trials.keySet()) {
            Verdict verdict = verdict(load, target);
            if (verdict == Verdict.UPPER) {
                return new Bounds(lower, load);
            }
            lower = verdict == Verdict.LOWER ? load : lower;
        }
        return new Bounds(lower, 0);
    }

    /**
     * Trials that are shorter than asked for cannot make a load good, but bad ones among them, as
     * far as good ones do not outweigh them, make it bad.
     */
    private Verdict verdict(long load, Target target) {
        Map<Kind, Double> seconds = new EnumMap<>(Kind.class);
        for (TrialResult each : trials.get(load)) {
            boolean isLong = target.isLong(each);
            boolean isGood = each.lossRatio() <= target.lossRatio();
            seconds.merge(Kind.of(isLong, isGood), each.intended(), Double::sum);
        }
        double exceed = target.exceedRatio();
        double good = seconds.getOrDefault(Kind.LONG_GOOD, 0.0);
        double outweighed = seconds.getOrDefault(Kind.SHORT_GOOD, 0.0) * exceed / (1 - exceed);
        double shortBad = seconds.getOrDefault(Kind.SHORT_BAD, 0.0) - outweighed;
        double bad = seconds.getOrDefault(Kind.LONG_BAD, 0.0) + Math.max(0, shortBad);
        double all = Math.max(target.sum(), good + bad);
        if (bad > exceed * all) {
            return Verdict.UPPER;
        }
        return all - good <= exceed * all ? Verdict.LOWER : Verdict.OPEN;
    }

    private enum Kind {
        LONG_GOOD,
        LONG_BAD,
        SHORT_GOOD,
        SHORT_BAD;

        static Kind of(boolean isLong, boolean isGood) {
            if (isLong) {
                return isGood ? LONG_GOOD : LONG_BAD;
            }
            return isGood ? SHORT_GOOD : SHORT_BAD;
        }
    }
}
