package io.memif.testing;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * What a test opens. It is closed after the test in the order of opening, even if closing some of
 * it fails. A field with {@code @RegisterExtension}.
 */
public final class Opened implements AfterEachCallback {
    private final List<AutoCloseable> all = new ArrayList<>();

    /** Keeps it until the test is over. */
    public <T extends AutoCloseable> T keep(T opened) {
        all.add(opened);
        return opened;
    }

    /** Keeps several. */
    public <T extends AutoCloseable> T[] keep(T[] opened) {
        all.addAll(List.of(opened));
        return opened;
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        Exception failure = null;
        for (AutoCloseable each : all) {
            try {
                each.close();
            } catch (Exception e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
