package io.memif.tests.interop;

import io.memif.InterfaceConfig;
import io.memif.protocol.Role;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

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
record Pairing(
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
    private static final int LARGEST_SHORT = 256 << 20;
    private static final int FACTORS = 6;

    /** Every combination, for a test that takes its time. */
    static List<Pairing> all() {
        return combinations(List.of(4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14));
    }

    /** Few that bring every value of every factor together with every value of every other. */
    static List<Pairing> representatives() {
        List<Pairing> candidates = combinations(List.of(4, 7, 10, 14));
        candidates.removeIf(pairing -> pairing.ringBytes() > LARGEST_SHORT);
        Set<String> open = new HashSet<>();
        candidates.forEach(candidate -> open.addAll(candidate.pairs()));
        List<Pairing> picked = new ArrayList<>();
        while (!open.isEmpty()) {
            Pairing best = candidates.get(0);
            for (Pairing candidate : candidates) {
                if (candidate.covers(open) > best.covers(open)) {
                    best = candidate;
                }
            }
            open.removeAll(best.pairs());
            picked.add(best);
        }
        return picked;
    }

    private static List<Pairing> combinations(List<Integer> ringSizes) {
        List<Pairing> all = new ArrayList<>();
        for (Peer peer : Peer.values()) {
            for (int queues : List.of(1, 4)) {
                for (int log2 : ringSizes) {
                    for (int bufferSize : List.of(256, 1024, 2048, 9216)) {
                        for (int rest = 0; rest < 4; rest++) {
                            boolean secret = (rest & 1) != 0;
                            boolean isAbstract = (rest & 2) != 0;
                            all.add(
                                    new Pairing(
                                            peer, queues, log2, bufferSize, secret, isAbstract));
                        }
                    }
                }
            }
        }
        return all;
    }

    private long ringBytes() {
        return (long) queues * bufferSize << log2RingSize;
    }

    private long covers(Set<String> open) {
        return pairs().stream().filter(open::contains).count();
    }

    /** Each two values, with the factors they belong to. */
    private List<String> pairs() {
        Object[] values = {peer, queues, log2RingSize, bufferSize, secret, isAbstract};
        List<String> pairs = new ArrayList<>();
        for (int i = 0; i < FACTORS; i++) {
            for (int j = i + 1; j < FACTORS; j++) {
                pairs.add(i + "=" + values[i] + " " + j + "=" + values[j]);
            }
        }
        return pairs;
    }

    int ringSize() {
        return 1 << log2RingSize;
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
