package io.memif.tests.life;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleBiFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** Rates of a link, measured in turn: without a flood, and while one of two listeners gets one. */
final class FloodRates {
    private final List<LoopTraffic.Rate> alone = new ArrayList<>();
    private final List<LoopTraffic.Rate> plain = new ArrayList<>();
    private final List<LoopTraffic.Rate> ours = new ArrayList<>();

    void alone(LoopTraffic.Rate rate) {
        alone.add(rate);
    }

    void plain(LoopTraffic.Rate rate) {
        plain.add(rate);
    }

    void ours(LoopTraffic.Rate rate) {
        ours.add(rate);
    }

    /** The part kept, undisturbed, of the rate while a plain listener is flooded. */
    double ofPlain() {
        return kept(plain, LoopTraffic.Rate::undisturbed);
    }

    /** The part kept, undisturbed, of the rate without a flood. */
    double ofAlone() {
        return kept(alone, LoopTraffic.Rate::undisturbed);
    }

    /** The median over the rounds, each compared with itself: what else goes on changes slowly. */
    private double kept(List<LoopTraffic.Rate> of, ToDoubleFunction<LoopTraffic.Rate> rate) {
        ToDoubleBiFunction<LoopTraffic.Rate, LoopTraffic.Rate> part =
                (one, other) -> rate.applyAsDouble(one) / rate.applyAsDouble(other);
        return median(
                IntStream.range(0, ours.size())
                        .mapToDouble(i -> part.applyAsDouble(ours.get(i), of.get(i))));
    }

    private static double median(
            List<LoopTraffic.Rate> rates, ToDoubleFunction<LoopTraffic.Rate> rate) {
        return median(rates.stream().mapToDouble(rate)) / 1e6;
    }

    private static double median(DoubleStream values) {
        double[] sorted = values.sorted().toArray();
        return sorted[sorted.length / 2];
    }

    @Override
    public String toString() {
        return said("undisturbed", LoopTraffic.Rate::undisturbed)
                + "; "
                + said("by the clock", LoopTraffic.Rate::byClock);
    }

    private String said(String how, ToDoubleFunction<LoopTraffic.Rate> rate) {
        return String.format(
                "million packets/s %s: %.2f alone, %.2f with a plain listener flooded, %.2f with"
                        + " ours (%.2f of plain, %.2f of alone)",
                how,
                median(alone, rate),
                median(plain, rate),
                median(ours, rate),
                kept(plain, rate),
                kept(alone, rate));
    }
}
