package io.memif.tests.interop;

import io.memif.InterfaceConfig;
import io.memif.Role;
import io.memif.tests.matrix.Pairwise;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * One way to set up a link with testpmd.
 *
 * @param peer what testpmd is
 * @param queues pairs
 * @param log2RingSize of the slave, whoever that is
 * @param bufferSize of the slave, whoever that is
 * @param secret whether both sides have one
 * @param isAbstract whether the socket is
 */
record TestpmdSetup(
        Peer peer,
        int queues,
        int log2RingSize,
        int bufferSize,
        boolean secret,
        boolean isAbstract) {

    /** Roles of testpmd. */
    enum Peer {
        SERVER,
        CLIENT,
        ZERO_COPY_CLIENT
    }

    private static final String SECRET = "open sesame";

    /** More than this takes long to start on a small machine. */
    private static final int LARGEST_SHORT = 160 << 20;

    private static final List<List<?>> VALUES =
            List.of(
                    List.of(Peer.values()),
                    List.of(1, 4),
                    List.of(4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14),
                    List.of(256, 1000, 2048, 4096, 9216),
                    List.of(false, true),
                    List.of(false, true));

    private static final int[] SIZES = VALUES.stream().mapToInt(List::size).toArray();

    /** Every combination, for a test that takes its time. */
    static List<TestpmdSetup> all() {
        int count = IntStream.of(SIZES).reduce(1, (a, b) -> a * b);
        List<TestpmdSetup> all = new ArrayList<>();
        for (int at = 0; at < count; at++) {
            int[] row = new int[SIZES.length];
            int rest = at;
            for (int k = 0; k < row.length; k++) {
                row[k] = rest % SIZES[k];
                rest /= SIZES[k];
            }
            all.add(of(row));
        }
        return all;
    }

    /** Few that bring every value of every factor together with every value of every other. */
    static List<TestpmdSetup> representatives() {
        Predicate<int[]> small = row -> of(row).ringBytes() <= LARGEST_SHORT;
        return Pairwise.cover(SIZES, small, new Random(1)).stream().map(TestpmdSetup::of).toList();
    }

    private static TestpmdSetup of(int[] row) {
        Object[] of =
                IntStream.range(0, row.length).mapToObj(k -> VALUES.get(k).get(row[k])).toArray();
        return new TestpmdSetup(
                (Peer) of[0],
                (int) of[1],
                (int) of[2],
                (int) of[3],
                (boolean) of[4],
                (boolean) of[5]);
    }

    private long ringBytes() {
        return (long) queues * bufferSize << log2RingSize;
    }

    int ringSize() {
        return 1 << log2RingSize;
    }

    /**
     * Longest packet to send, in bytes.
     *
     * @param most at most
     */
    int longest(int most) {
        // A zero-copy driver that has posted 32 buffers posts none until all are used.
        int slots = peer == Peer.ZERO_COPY_CLIENT && ringSize() == 32 ? 1 : ringSize() / 4;
        return Math.min(most, slots * bufferSize);
    }

    /** Its zero-copy driver posts receive buffers only when 32 are missing. */
    boolean canReceive() {
        return peer != Peer.ZERO_COPY_CLIENT || ringSize() >= 32;
    }

    String address(Path directory) {
        return isAbstract ? "@memif-test-" + ProcessHandle.current().pid() : directory + "/s";
    }

    InterfaceConfig.Builder ourConfig() {
        return InterfaceConfig.builder()
                .role(peer == Peer.SERVER ? Role.SLAVE : Role.MASTER)
                .queues(queues)
                .ringSize(ringSize())
                .bufferSize(bufferSize)
                .secret(secret ? SECRET : "");
    }

    Testpmd.Builder testpmd(Path directory) {
        List<String> arguments = new ArrayList<>();
        arguments.add(peer == Peer.SERVER ? "role=server" : "role=client");
        if (peer != Peer.SERVER) {
            arguments.add("rsize=" + log2RingSize);
            arguments.add("bsize=" + bufferSize);
        }
        if (secret) {
            arguments.add("secret=" + SECRET);
        }
        Testpmd.Builder builder;
        if (peer == Peer.ZERO_COPY_CLIENT) {
            arguments.add("zero-copy=yes");
            builder = Testpmd.memif(address(directory), arguments.toArray(String[]::new));
            builder.mbufs(4096 + queues * (2048 + ringSize()), bufferSize + 128);
        } else {
            builder = Testpmd.memif(address(directory), arguments.toArray(String[]::new));
        }
        return builder.queues(queues).options("--forward-mode=io");
    }
}
