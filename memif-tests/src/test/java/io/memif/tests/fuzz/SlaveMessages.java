package io.memif.tests.fuzz;

import io.memif.tests.hostile.RawMessage;

/** The messages of a slave: INIT, regions, rings, CONNECT, and then perhaps DISCONNECT. */
final class SlaveMessages extends MessageGenerator {
    static final int LOG2 = 2;

    /** Eight rings of four slots fit, one after the other. */
    static final long RING = 128 + (16L << LOG2);

    static final long REGION = 8 * RING;

    private final int id;
    private final int regions;
    private final int s2m;
    private final int m2s;
    private int sent;

    SlaveMessages(ByteSource input, int id) {
        super(input);
        this.id = id;
        regions = 1 + input.below(3);
        s2m = input.oneIn(10) ? 0 : 1 + input.below(3);
        m2s = input.oneIn(10) ? 0 : 1 + input.below(3);
    }

    @Override
    RawMessage proper() {
        int step = sent++;
        if (step == 0) {
            return RawMessage.init(id);
        }
        int at = step - 1;
        if (at < regions) {
            return RawMessage.addRegion(at, REGION);
        }
        at -= regions;
        if (at < s2m + m2s) {
            boolean toMaster = at < s2m;
            int index = toMaster ? at : at - s2m;
            return RawMessage.addRing(toMaster, index, 0, at * RING, LOG2);
        }
        return at == s2m + m2s ? RawMessage.connect("raw0") : RawMessage.disconnect(0, "enough");
    }
}
