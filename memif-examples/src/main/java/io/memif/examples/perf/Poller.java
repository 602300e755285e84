package io.memif.examples.perf;

import io.memif.RxMode;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** A polling thread: turns its lanes until the run is over. */
final class Poller implements Runnable {
    /** Fruitless rounds after which a spinning thread lets others have its processor. */
    private static final int PATIENCE = 1 << 14;

    /**
     * Turns in a row for a lane among several, as long as it moves packets: memory is read and
     * written fastest in one go, and each change of rings begins anew.
     */
    private static final int LONGEST_STAY = 16;

    private static final long LONGEST_WAIT_NS = 100_000_000;

    /** Several queues cannot be slept on at once: look at all of them this often. */
    private static final long MANY_LANES_WAIT_NS = 1_000_000;

    private final Lane[] lanes;
    private final RunState state;
    private final RingPause pause;
    private final boolean sleeps;
    private final int longestStay;
    private final AtomicLong turns = new AtomicLong();
    private long turnsTaken;

    Poller(List<? extends Lane> lanes, RxMode mode, RingPause pause, RunState state) {
        this.lanes = lanes.toArray(new Lane[0]);
        this.pause = pause;
        this.state = state;
        this.sleeps = mode != RxMode.POLLING;
        this.longestStay = this.lanes.length == 1 ? 1 : LONGEST_STAY;
    }

    @Override
    public void run() {
        try {
            int fruitless = 0;
            int visit = 0;
            while (!state.isOver()) {
                int moved = round();
                visit += moved;
                if (moved > 0) {
                    fruitless = 0;
                } else {
                    fruitless++;
                    idle(fruitless, visit);
                    visit = 0;
                }
                turns.setOpaque(turnsTaken);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private int round() {
        int moved = 0;
        for (Lane lane : lanes) {
            moved += stay(lane);
        }
        return moved;
    }

    private int stay(Lane lane) {
        int moved = 0;
        int last = 1;
        for (int i = 0; i < longestStay && last > 0; i++) {
            last = lane.turn();
            moved += Math.max(0, last);
            turnsTaken++;
        }
        return moved;
    }

    private void idle(int fruitless, int visit) throws InterruptedException {
        if (sleeps) {
            lanes[0].await(lanes.length == 1 ? LONGEST_WAIT_NS : MANY_LANES_WAIT_NS);
        } else if (visit > 0) {
            pause.pause(visit);
        } else if ((fruitless & PATIENCE - 1) == 0) {
            Thread.yield();
        }
    }

    void wakeUp() {
        for (Lane lane : lanes) {
            lane.wakeUp();
        }
    }

    /** Turns of all lanes so far. From any thread. */
    long turns() {
        return turns.getOpaque();
    }
}
