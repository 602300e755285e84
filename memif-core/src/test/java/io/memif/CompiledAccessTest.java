package io.memif;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.testing.ChildProcess;
import java.lang.reflect.Method;
import java.nio.Buffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The class of a buffer's scope is loaded before the queues' engines are, or the compiler inlines
 * no access to shared memory. Half a second.
 */
@Timeout(120)
class CompiledAccessTest {
    /** Links a pair, as an application does. */
    static final class Pair {
        private Pair() {}

        public static void main(String[] args) {
            try (MemifPair pair = MemifPair.open()) {
                pair.master().txQueue(0).offer(new byte[64], 0, 64);
            }
        }
    }

    /** Named differently in each Java. */
    private static String scopeClass() {
        return Arrays.stream(Buffer.class.getDeclaredMethods())
                .filter(method -> List.of("scope", "session").contains(method.getName()))
                .map(Method::getReturnType)
                .map(Class::getName)
                .findAny()
                .orElseThrow();
    }

    @Test
    void theScopeOfABufferIsLoadedBeforeTheEngines() throws Exception {
        String scope = scopeClass();
        try (ChildProcess child =
                ChildProcess.java(List.of("-Xlog:class+load"), Pair.class).start()) {
            assertEquals(0, child.exitCode());
            List<String> lines = child.out().lines().toList();
            int loaded = indexOf(lines, scope);
            int engine = indexOf(lines, MasterTx.class.getName());
            assertTrue(loaded < engine, scope + " in line " + loaded + ", engine in " + engine);
        }
    }

    private static int indexOf(List<String> lines, String name) {
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).contains(" " + name + " source:")) {
                return i;
            }
        }
        throw new AssertionError(name + " was not loaded: " + String.join("\n", lines));
    }
}
