package io.memif.internal.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.Mode;
import io.memif.Role;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Any bytes in any order: nothing is thrown, every walk ends well, effects are bounded. */
@Timeout(60)
class RandomWalkTest {
    private static final int WALKS = 20_000;
    private static final int INPUTS = 40;

    @Test
    void masterSurvivesAnyPeer() {
        int connected = 0;
        for (long seed = 0; seed < WALKS; seed++) {
            Walk walk = new Walk(seed, true);
            walk.run();
            connected += walk.ups;
        }
        assertTrue(connected > WALKS / 20, "too few walks got through: " + connected);
    }

    @Test
    void slaveSurvivesAnyPeer() {
        int connected = 0;
        for (long seed = 0; seed < WALKS; seed++) {
            Walk walk = new Walk(seed, false);
            walk.run();
            connected += walk.ups;
        }
        assertTrue(connected > WALKS / 20, "too few walks got through: " + connected);
    }

    /** One peer's life, drawn from a seed. */
    private static final class Walk {
        private final long seed;
        private final Random random;
        private final boolean isMaster;
        private final InterfaceParameters limits;
        private final Machine<?> machine;
        private int ups;
        private int downs;
        private int closes;
        private int kept;
        private int nextRegion;
        private int nextS2m;
        private int nextM2s;

        Walk(long seed, boolean isMaster) {
            this.seed = seed;
            this.random = new Random(seed);
            this.isMaster = isMaster;
            int least = random.nextInt(2);
            Secret secret = random.nextInt(4) == 0 ? Secret.of(new byte[] {'a'}) : Secret.NONE;
            this.limits =
                    MachineFixture.parameters(
                            Role.MASTER, Mode.ETHERNET, secret, 5, 5, least, 0, 10, 0, 64);
            this.machine = isMaster ? newMaster() : newSlave();
        }

        private MasterMachine newMaster() {
            InterfaceDirectory.Entry entry =
                    new InterfaceDirectory.Entry(
                            limits,
                            random.nextInt(9) == 0 ? MachineFixture.busy() : Optional.empty(),
                            true);
            return new MasterMachine(
                    Message.Hello.of("app"),
                    (id, role) -> id == 7 ? Optional.of(entry) : Optional.empty());
        }

        private SlaveMachine newSlave() {
            int rings = 1 + random.nextInt(3);
            int least = random.nextInt(2);
            return MachineFixture.slave(MachineFixture.slaveParameters(rings, rings, 5, least, 1));
        }

        void run() {
            try {
                if (machine instanceof MasterMachine master) {
                    carryOut(master.start());
                }
                for (int i = 0; i < INPUTS; i++) {
                    carryOut(input(i));
                }
                carryOut(machine.disconnect("end of the walk"));
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed + ", master " + isMaster, e);
            }
            assertTrue(machine.isClosed(), "seed " + seed);
            assertEquals(1, closes, "closed once, seed " + seed);
            assertEquals(ups, downs, "one down for each up, seed " + seed);
        }

        private Step<?> input(int step) {
            int kind = random.nextInt(400);
            if (kind == 0) {
                return machine.timeout();
            }
            if (kind == 1) {
                return machine.peerClosed("end of file");
            }
            if (kind == 2) {
                return machine.refuse(Refusal.memory("no memory"));
            }
            byte[] frame = new byte[Frame.SIZE + random.nextInt(3)];
            if (random.nextInt(50) == 0) {
                random.nextBytes(frame);
            } else {
                Frame good = isMaster ? fromSlave(step) : fromMaster(step);
                System.arraycopy(good.bytes(), 0, frame, 0, Frame.SIZE);
            }
            for (int flips = random.nextInt(60) - 56; flips > 0; flips--) {
                frame[random.nextInt(46)] = (byte) random.nextInt(256);
            }
            int fds = frame[0] == 4 || frame[0] == 5 ? 1 : 0;
            fds = random.nextInt(300) == 0 ? random.nextInt(254) : fds;
            int length = random.nextInt(300) == 0 ? random.nextInt(300) : Frame.SIZE;
            return machine.onMessage(
                    ByteBuffer.wrap(frame), length, fds, random.nextInt(1000) == 0);
        }

        /** Mostly what a good slave would say next, in any order. */
        private Frame fromSlave(int step) {
            if (step == 0) {
                return Frame.init(7).text(9, random.nextBoolean() ? "a" : "");
            }
            int stray = random.nextInt(20) == 0 ? random.nextInt(10) : 0;
            return switch (random.nextInt(step < 4 ? 4 : 7)) {
                case 0, 1 -> Frame.addRegion(nextRegion++ + stray, edge());
                case 2 -> ring(true, nextS2m++ + stray);
                case 3 -> ring(false, nextM2s++ + stray);
                default -> Frame.connect("if");
            };
        }

        private Frame ring(boolean s2m, int index) {
            long offset = random.nextInt(100) * 768 + random.nextInt(40) / 39;
            return Frame.addRing(
                    s2m,
                    index,
                    random.nextInt(Math.max(1, nextRegion) + random.nextInt(20) / 19),
                    random.nextInt(30) == 0 ? 0xfffffffcL : offset,
                    random.nextInt(6));
        }

        private Frame fromMaster(int step) {
            if (step == 0) {
                int rings = random.nextInt(20) == 0 ? 65535 : random.nextInt(4);
                return Frame.hello(0x0200, 0x0200, rings, rings, random.nextInt(16));
            }
            return machine.phase().contains("CONNECTED") ? Frame.connected("if") : Frame.ofType(1);
        }

        private long edge() {
            long[] edges = {
                1, 0, 144, -1, 0xfffffffcL, Long.MAX_VALUE, Long.MIN_VALUE, (1 << 20) + 1
            };
            return random.nextInt(20) == 0 ? edges[random.nextInt(edges.length)] : 1 << 20;
        }

        private void carryOut(Step<?> step) {
            assertTrue(step.effects().size() <= 3, "bounded");
            assertTrue(closes == 0 || step.effects().isEmpty(), "nothing after the end");
            for (Effect<?> effect : step.effects()) {
                if (effect instanceof Effect.Send send) {
                    checkSend(send);
                } else if (effect instanceof Effect.LinkUp) {
                    ups++;
                } else if (effect instanceof Effect.LinkDown) {
                    downs++;
                } else if (effect instanceof Effect.Close) {
                    closes++;
                } else if (effect instanceof Effect.KeepRegion
                        || effect instanceof Effect.KeepRing) {
                    kept++;
                    assertTrue(kept <= 256 + 10, "bounded memory");
                } else if (effect instanceof Effect.CreateMemory create) {
                    check(create.plan());
                    carryOut(((SlaveMachine) machine).memoryReady(create.plan().regions()));
                } else if (effect instanceof Effect.AttachMemory attach) {
                    check(attach.plan());
                    carryOut(((MasterMachine) machine).attached());
                }
            }
        }

        private void checkSend(Effect.Send send) {
            MachineFixture.encode(send.message());
            if (send.message() instanceof Message.Disconnect disconnect) {
                assertTrue(disconnect.reason().length() <= 95, disconnect.reason());
                assertTrue(disconnect.reason().chars().allMatch(c -> c >= ' ' && c < 0x7f));
            }
        }

        /** Says the same as the plan, in another way: exact arithmetic, every pair. */
        private void check(MemoryPlan plan) {
            assertTrue(!plan.rings().isEmpty() && !plan.regions().isEmpty());
            int s2m = 0;
            int m2s = 0;
            for (RingPlacement ring : plan.rings()) {
                boolean isS2m = ring.direction() == Direction.S2M;
                assertEquals(isS2m ? s2m++ : m2s++, ring.index());
                assertEquals(0, ring.offset() & 3);
                MemoryPlan.Region home =
                        plan.regions().stream()
                                .filter(r -> r.index() == ring.region())
                                .findFirst()
                                .orElseThrow();
                assertTrue(end(ring).compareTo(BigInteger.valueOf(home.size())) <= 0);
                for (RingPlacement other : plan.rings()) {
                    boolean apart =
                            end(ring).compareTo(BigInteger.valueOf(other.offset())) <= 0
                                    || end(other).compareTo(BigInteger.valueOf(ring.offset())) <= 0;
                    assertTrue(ring == other || ring.region() != other.region() || apart);
                }
            }
            assertTrue(s2m >= limits.s2mRings().min() && s2m <= 5 && m2s <= 5);
        }

        private static BigInteger end(RingPlacement ring) {
            return BigInteger.valueOf(ring.offset())
                    .add(BigInteger.valueOf(128))
                    .add(BigInteger.valueOf(16).shiftLeft(ring.log2Size()));
        }
    }
}
