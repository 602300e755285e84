package io.memif.examples.live;

import java.util.ArrayList;
import java.util.List;

/**
 * Tells the rings from the slave from those to it. Every known slave lays out the former first, and
 * the first ring is one of them. Where the others begin is decided by what lies in them: empty
 * buffers that the slave has posted fill a ring that comes from the master, and an idle ring from
 * the slave is empty. In doubt there are as many of one kind as of the other.
 */
final class Directions {
    private Directions() {}

    static List<LiveRing> assign(Memory memory, List<RingShape> shapes) {
        int best = Math.min(shapes.size(), 1);
        int bestScore = -1;
        for (int s2m = 1; s2m <= shapes.size(); s2m++) {
            int score = 0;
            for (int i = 0; i < shapes.size(); i++) {
                score += looksPosted(memory, shapes.get(i)) == i >= s2m ? 2 : 0;
            }
            score += 2 * s2m == shapes.size() ? 1 : 0;
            if (score > bestScore) {
                best = s2m;
                bestScore = score;
            }
        }
        // Two rings are one each way: the second may be empty for other reasons.
        int s2m = shapes.size() == 2 ? 1 : best;
        List<LiveRing> rings = new ArrayList<>();
        for (int i = 0; i < shapes.size(); i++) {
            Direction direction = i < s2m ? Direction.S2M : Direction.M2S;
            rings.add(new LiveRing(memory, shapes.get(i), direction, i < s2m ? i : i - s2m));
        }
        return rings;
    }

    private static boolean looksPosted(Memory memory, RingShape shape) {
        LiveRing ring = new LiveRing(memory, shape, Direction.S2M, 0);
        return (ring.head() - ring.tail() & 0xffff) > shape.slots() / 2;
    }
}
