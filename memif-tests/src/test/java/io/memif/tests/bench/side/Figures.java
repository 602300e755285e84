package io.memif.tests.bench.side;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.List;

/**
 * What a process reported about its run. Lists are empty and numbers 0 if it did not report them.
 *
 * @param rates million packets per second in each window
 * @param p50 median round trip in each window, in nanoseconds
 * @param p99 99th percentile of the round trip in each window, in nanoseconds
 * @param packets after the warm-up
 * @param allocatedBytes by the polling threads after the warm-up
 */
record Figures(
        List<Double> rates, List<Double> p50, List<Double> p99, long packets, long allocatedBytes) {
    /** Nothing but rates. */
    static Figures of(List<Double> rates) {
        return new Figures(rates, List.of(), List.of(), 0, 0);
    }

    /** Reads the line of JSON that {@code memif perf} ends with. */
    static Figures parse(String line) {
        JsonObject json = JsonParser.parseString(line).getAsJsonObject();
        return new Figures(
                numbers(json, "windowMpps"),
                numbers(json, "windowP50Ns"),
                numbers(json, "windowP99Ns"),
                json.get("packets").getAsLong(),
                json.get("allocatedBytes").getAsLong());
    }

    private static List<Double> numbers(JsonObject json, String name) {
        List<Double> numbers = new ArrayList<>();
        if (json.get(name) instanceof JsonArray array) {
            for (JsonElement each : array) {
                numbers.add(each.getAsDouble());
            }
        }
        return numbers;
    }
}
