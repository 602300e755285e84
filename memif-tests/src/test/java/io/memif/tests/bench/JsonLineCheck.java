package io.memif.tests.bench;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

/** Standard output of {@code --json}: exactly one compact line. */
final class JsonLineCheck {
    private JsonLineCheck() {}

    static JsonObject parse(String out) {
        if (!out.endsWith("}\n") || out.indexOf('\n') != out.length() - 1) {
            throw new AssertionError("not exactly one line: " + out);
        }
        JsonObject object = JsonParser.parseString(out).getAsJsonObject();
        if (!object.toString().equals(out.trim())) {
            throw new AssertionError("not compact: " + out + " but " + object);
        }
        return object;
    }
}
