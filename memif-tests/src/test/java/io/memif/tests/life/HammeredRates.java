package io.memif.tests.life;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleBiFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** Rates of a link, measured in turn: without hammering, and while one of two listeners gets it. */
final class HammeredRates {
    private final List<Shuttle.Rate> alone = new ArrayList<>();
    private final List<Shuttle.Rate> plain = new ArrayList<>();
    private final List<Shuttle.Rate> ours = new ArrayList<>();

    void alone(Shuttle.Rate rate) {
        alone.add(rate);
    }

    void plain(Shuttle.Rate rate) {
        plain.add(rate);
    }

    void ours(Shuttle.Rate rate) {
        ours.add(rate);
    }

    /** The part kept, undisturbed, of the rate while a plain listener is hammered. */
    double ofPlain() {
        return kept(plain, Shuttle.Rate::undisturbed);
    }

    /** The part kept, undisturbed, of the rate without hammering. */
    double ofAlone() {
        return kept(alone, Shuttle.Rate::undisturbed);
    }

    /** The median over the rounds, each compared with itself: what else goes on changes slowly. */
    private double kept(List<Shuttle.Rate> of, ToDoubleFunction<Shuttle.Rate> rate) {
        ToDoubleBiFunction<Shuttle.Rate, Shuttle.Rate> part =
                (one, other) -> rate.applyAsDouble(one) / rate.applyAsDouble(other);
        return median(
                IntStream.range(0, ours.size())
                        .mapToDouble(i -> part.applyAsDouble(ours.get(i), of.get(i))));
    }

    private static double median(List<Shuttle.Rate> rates, ToDoubleFunction<Shuttle.Rate> rate) {
        return median(rates.stream().mapToDouble(rate)) / 1e6;
    }

    private static double median(DoubleStream values) {
        double[] sorted = values.sorted().toArray();
        return sorted[sorted.length / 2];
    }

    @Override
    public String toString() {
        return said("undisturbed", Shuttle.Rate::undisturbed)
                + "; "
                + said("by the clock", Shuttle.Rate::byClock);
    }

    private String said(String how, ToDoubleFunction<Shuttle.Rate> rate) {
        return String.format(
                "million packets/s %s: %.2f alone, %.2f with a plain listener hammered, %.2f with"
                        + " ours (%.2f of plain, %.2f of alone)",
                how,
                median(alone, rate),
                median(plain, rate),
                median(ours, rate),
                kept(plain, rate),
                kept(alone, rate));
    }
}
