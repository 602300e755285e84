package io.memif.tests.matrix;

import io.memif.InterfaceConfig;
import io.memif.Mode;
import io.memif.Role;
import io.memif.RxMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * One way to set up a link between two peers of this library.
 *
 * @param mode of both
 * @param s2mRings that the slave asks for
 * @param m2sRings that the slave asks for
 * @param ringSize of the slave
 * @param bufferSize of the slave
 * @param headroom what the slave keeps free before received packets
 * @param cacheLine of both
 * @param masterRx receive mode of the master's queues
 * @param slaveRx receive mode of the slave's queues
 * @param masterRings queues that the master has, compared with what the slave asks for
 * @param transport how they meet
 * @param secret whether both have one
 */
record Setup(
        Mode mode,
        int s2mRings,
        int m2sRings,
        int ringSize,
        int bufferSize,
        Headroom headroom,
        int cacheLine,
        RxMode masterRx,
        RxMode slaveRx,
        MasterRings masterRings,
        Transport transport,
        boolean secret) {

    /** Headroom. */
    enum Headroom {
        NONE,
        TWO,
        SIXTY,
        HALF
    }

    /** Queues of the master. */
    enum MasterRings {
        AS_MANY,
        FEWER,
        MORE
    }

    /** Sockets and reactors. */
    enum Transport {
        FILE,
        ABSTRACT,
        /** Master and slave on one socket, driven by one thread. */
        LOOPBACK
    }

    private static final List<Integer> RINGS = List.of(1, 2, 3, 4, 5, 6, 7, 8);
    private static final List<List<?>> VALUES =
            List.of(
                    List.of(Mode.ETHERNET, Mode.IP),
                    RINGS,
                    RINGS,
                    IntStream.rangeClosed(1, 14).map(log2 -> 1 << log2).boxed().toList(),
                    List.of(64, 100, 256, 777, 1500, 2048, 4095, 9216, 65_535),
                    List.of(Headroom.values()),
                    List.of(64, 128),
                    List.of(RxMode.values()),
                    List.of(RxMode.values()),
                    List.of(MasterRings.values()),
                    List.of(Transport.values()),
                    List.of(false, true));

    /** Bytes that let the largest buffers meet the largest ring. */
    private static final long MODERATE = 2L << 30;

    /** How many of the settings {@link #all} combines freely; the others are drawn. */
    private static final int COMBINED = 5;

    /** As many as it takes to try each two settings together, with memory in moderation. */
    static List<Setup> representatives(Random random) {
        int[] sizes = VALUES.stream().mapToInt(List::size).toArray();
        return Pairwise.cover(sizes, row -> of(row).bufferBytes() <= MODERATE, random).stream()
                .map(Setup::of)
                .toList();
    }

    private long bufferBytes() {
        return (long) (s2mRings + m2sRings) * ringSize * bufferSize;
    }

    /**
     * Every mode with every number of rings each way, ring size and buffer size; the rest at
     * random.
     */
    static List<Setup> all(Random random) {
        int[] sizes = VALUES.stream().mapToInt(List::size).toArray();
        int count = IntStream.of(sizes).limit(COMBINED).reduce(1, (a, b) -> a * b);
        List<Setup> all = new ArrayList<>();
        for (int at = 0; at < count; at++) {
            int[] row = IntStream.of(sizes).map(random::nextInt).toArray();
            int rest = at;
            for (int k = 0; k < COMBINED; k++) {
                row[k] = rest % sizes[k];
                rest /= sizes[k];
            }
            all.add(of(row));
        }
        return all;
    }

    /** The ends of the ranges, and what users have. */
    static List<Setup> corners() {
        return List.of(
                corner(1, 1, 1024, 2048, Headroom.NONE, 64),
                corner(1, 1, 2, 64, Headroom.SIXTY, 64),
                corner(8, 8, 2, 64, Headroom.NONE, 128),
                corner(1, 8, 16_384, 64, Headroom.TWO, 64),
                corner(8, 1, 16_384, 64, Headroom.TWO, 128),
                corner(1, 1, 16_384, 9216, Headroom.HALF, 64),
                // More than one mapping can hold: each ring's buffers get a region of their own.
                corner(2, 2, 16_384, 65_535, Headroom.NONE, 64));
    }

    private static Setup corner(
            int s2m, int m2s, int ring, int buffer, Headroom headroom, int cacheLine) {
        return new Setup(
                Mode.ETHERNET,
                s2m,
                m2s,
                ring,
                buffer,
                headroom,
                cacheLine,
                RxMode.POLLING,
                RxMode.POLLING,
                MasterRings.AS_MANY,
                Transport.FILE,
                false);
    }

    private static Setup of(int[] row) {
        Object[] of =
                IntStream.range(0, row.length).mapToObj(k -> VALUES.get(k).get(row[k])).toArray();
        return new Setup(
                (Mode) of[0],
                (int) of[1],
                (int) of[2],
                (int) of[3],
                (int) of[4],
                (Headroom) of[5],
                (int) of[6],
                (RxMode) of[7],
                (RxMode) of[8],
                (MasterRings) of[9],
                (Transport) of[10],
                (boolean) of[11]);
    }

    int headroomBytes() {
        return switch (headroom) {
            case NONE -> 0;
            case TWO -> 2;
            case SIXTY -> 60;
            case HALF -> bufferSize / 2;
            default -> throw new AssertionError(headroom);
        };
    }

    /** Queues of the master that have a ring, of {@code wanted} by the slave. */
    int served(int wanted) {
        return Math.min(wanted, ringsOfMaster(wanted));
    }

    private int ringsOfMaster(int wanted) {
        return switch (masterRings) {
            case AS_MANY -> wanted;
            case FEWER -> (wanted + 1) / 2;
            case MORE -> wanted + 2;
            default -> throw new AssertionError(masterRings);
        };
    }

    InterfaceConfig.Builder master() {
        return common(Role.MASTER)
                .rxMode(masterRx)
                .s2mRings(ringsOfMaster(s2mRings))
                .m2sRings(ringsOfMaster(m2sRings));
    }

    InterfaceConfig.Builder slave() {
        return common(Role.SLAVE)
                .rxMode(slaveRx)
                .s2mRings(s2mRings)
                .m2sRings(m2sRings)
                .ringSize(ringSize)
                .bufferSize(bufferSize)
                .headroom(headroomBytes());
    }

    private InterfaceConfig.Builder common(Role role) {
        return InterfaceConfig.builder()
                .role(role)
                .id(0x8000_0000 | bufferSize)
                .name(role.name())
                .mode(mode)
                .cacheLine(cacheLine)
                .secret(secret ? "23 bytes: all there are" : "")
                .interruptRecheck(Duration.ZERO)
                .repeatSignals(false)
                .reconnectInterval(Duration.ofMillis(5), Duration.ofMillis(20));
    }
}
