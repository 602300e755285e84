package io.memif.examples.perf;

import io.memif.InterfaceListener;
import io.memif.MemifInterface;
import io.memif.examples.LinkOptions;
import io.memif.examples.LinkedInterface;
import io.memif.examples.StopSignal;
import java.util.ArrayList;
import java.util.List;

/** The links to a device under test: one that it sends back on, or one to it and one from it. */
final class DeviceLinks implements AutoCloseable {
    private static final double LINK_SECONDS = 10;

    private final List<LinkedInterface> open = new ArrayList<>();
    private volatile LinkedInterface lost;

    /**
     * Opens links; does not wait for them.
     *
     * @param options of one or two
     */
    DeviceLinks(List<LinkOptions> options) {
        try {
            for (LinkOptions each : options) {
                open.add(LinkedInterface.open(each, "perf ndr", new Loss()));
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** A link that went down is lost even if it comes back: so are its packets. */
    private final class Loss implements InterfaceListener {
        @Override
        public void onLinkDown(MemifInterface itf, String reason) {
            for (LinkedInterface each : open) {
                lost = each.itf() == itf ? each : lost;
            }
        }
    }

    /** Waits until all are up; false if stopped. */
    boolean await(StopSignal stop) throws InterruptedException {
        for (LinkedInterface each : open) {
            if (!each.awaitLink(LINK_SECONDS, stop)) {
                return false;
            }
        }
        return true;
    }

    /** Fails with the reason if a link went down. */
    void check() throws InterruptedException {
        LinkedInterface gone = lost;
        if (gone != null) {
            throw gone.linkDown();
        }
    }

    /** The link that packets go out on. */
    MemifInterface out() {
        return open.get(0).itf();
    }

    /** The link that they come back on; may be the same. */
    MemifInterface back() {
        return open.get(open.size() - 1).itf();
    }

    @Override
    public void close() {
        open.forEach(LinkedInterface::close);
    }
}
