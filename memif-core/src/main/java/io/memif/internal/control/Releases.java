package io.memif.internal.control;

import io.memif.internal.memory.RegionTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * Ends the memory of links, on the helper that made it. Links that a reactor's thread ends in one
 * go are released together: one fence serves them all, and neighbouring mappings are ended by one
 * call.
 */
final class Releases {
    /** So that no batch takes much longer than a link's release may take. */
    private static final int MOST_LINKS = 64;

    private static final long MOST_BYTES = 64L << 20;

    /** A data thread that is inside a call has this long to come out of it. */
    private static final long LONGEST_CALL_NS = TimeUnit.SECONDS.toNanos(1);

    private final Reactor reactor;
    private final Queue<LinkMemory> waiting = new ConcurrentLinkedQueue<>();

    Releases(Reactor reactor) {
        this.reactor = reactor;
    }

    /**
     * Adds the memory of a session that has ended. It is released after whatever the helper was
     * given for it before: that is done by now, or will see that the session has ended.
     */
    void add(LinkMemory memory) {
        waiting.add(memory);
        reactor.afterwards(() -> memory.byHelper(this::releaseSome));
    }

    /** There is a call for each link that waits, of which the first do the work of the others. */
    private void releaseSome() {
        List<LinkMemory> batch = new ArrayList<>();
        long bytes = 0;
        while (batch.size() < MOST_LINKS && bytes < MOST_BYTES) {
            LinkMemory next = waiting.poll();
            if (next == null) {
                break;
            }
            batch.add(next);
            bytes += next.bytes();
        }
        if (!batch.isEmpty()) {
            release(batch);
        }
    }

    private void release(List<LinkMemory> batch) {
        List<RegionTable> tables = new ArrayList<>();
        for (LinkMemory memory : batch) {
            memory.regions().forEach(region -> reactor.guard(region::close));
            if (memory.table != null) {
                tables.add(memory.table);
            }
        }
        reactor.guard(() -> RegionTable.closeAll(tables));
        for (RegionTable table : tables) {
            if (!table.isReleased()) {
                releaseLater(table);
            }
        }
        for (LinkMemory memory : batch) {
            memory.signaller.close(memory.events());
            memory.table = null;
            memory.forget();
        }
    }

    /** Then files and pages are given back all the same. */
    private void releaseLater(RegionTable table) {
        reactor.execute(
                () -> {
                    if (!reactor.isStopping()) {
                        reactor.group().schedule(LONGEST_CALL_NS, table::releaseAnyway);
                    }
                });
    }
}
