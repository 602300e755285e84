package io.memif.internal.memory;

import java.io.IOException;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Mappings that the garbage collector gives back once nobody can reach them. Closed mappings that
 * are still there are counted; only when they pile up is a collection asked for, since an idle
 * process might not collect for hours.
 */
final class CollectorUnmap implements UnmapStrategy {
    /** Closed mappings still in place that are worth a collection. */
    private static final int MANY = 64;

    /** Bytes in closed mappings still in place that are worth a collection. */
    private static final long LARGE = 1L << 30;

    private final ReferenceQueue<ByteBuffer> unreachable = new ReferenceQueue<>();
    private final Map<Reference<?>, Long> stale = new HashMap<>();
    private final Runnable collect;
    private int closedSinceCollection;
    private long bytesSinceCollection;

    CollectorUnmap() {
        this(System::gc);
    }

    CollectorUnmap(Runnable collect) {
        this.collect = collect;
    }

    @Override
    public Scope newScope() {
        List<ByteBuffer> mapped = new ArrayList<>();
        return new Scope() {
            @Override
            public ByteBuffer map(FileChannel channel, long start, long length) throws IOException {
                ByteBuffer window = channel.map(MapMode.READ_WRITE, start, length);
                mapped.add(window);
                return window;
            }

            @Override
            public void close() {
                mapped.forEach(CollectorUnmap.this::abandon);
                mapped.clear();
            }
        };
    }

    private void abandon(ByteBuffer window) {
        for (Reference<?> gone = unreachable.poll(); gone != null; gone = unreachable.poll()) {
            stale.remove(gone);
        }
        stale.put(new PhantomReference<>(window, unreachable), (long) window.capacity());
        closedSinceCollection++;
        bytesSinceCollection += window.capacity();
        boolean many = stale.size() >= MANY && closedSinceCollection >= MANY;
        boolean large = staleBytes() >= LARGE && bytesSinceCollection >= LARGE;
        if (many || large) {
            closedSinceCollection = 0;
            bytesSinceCollection = 0;
            collect.run();
        }
    }

    private long staleBytes() {
        return stale.values().stream().mapToLong(Long::longValue).sum();
    }
}
