package io.memif.tests.hostile;

import io.memif.internal.posix.FileCalls;
import io.memif.internal.posix.Posix;
import io.memif.tests.hostile.FakeSlave.Step;
import io.memif.tests.life.Worker;
import io.memif.unix.OwnedFd;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** What a hostile peer does again and again, as fast as it can, while others have work to do. */
enum Attack {
    CONNECT_AND_CLOSE {
        @Override
        void once(Target target) {
            target.connect().close();
        }
    },
    SILENT_CONNECTIONS {
        @Override
        void during(Worker self, Target target) {
            List<RawConnection> all = new ArrayList<>();
            try {
                while (self.isRunning()) {
                    while (all.size() < SILENT) {
                        all.add(target.connect());
                    }
                    if (all.get(0).readableWithin(1)) {
                        all.get(0).drain();
                        all.remove(0).close();
                        target.done();
                    }
                }
                // The limit for a handshake is longer than an attack.
                target.done();
            } finally {
                all.forEach(RawConnection::close);
            }
        }
    },
    UNKNOWN_INTERFACE {
        @Override
        void once(Target target) {
            try (RawConnection control = target.connect()) {
                control.send(RawMessage.init(99));
                control.drain();
            }
        }
    },
    SURPLUS_DESCRIPTORS {
        @Override
        void once(Target target) {
            try (FakeSlave slave = target.slave()) {
                OwnedFd event = slave.s2mEvent;
                slave.control.send(
                        RawMessage.init(TestedInterface.ID), event, event, event, event, event);
                slave.control.drain();
            }
        }
    },
    LINKS_THAT_COME_AND_GO {
        @Override
        void once(Target target) {
            try (FakeSlave slave = target.slave().through(Step.CONNECT)) {
                slave.control.send(RawMessage.disconnect(0, "again"));
                slave.control.drain();
            }
        }
    },
    HUGEPAGES_THAT_THERE_ARE_NOT {
        @Override
        void once(Target target) {
            announce(target, 1, 1L << 40, FileCalls.MFD_HUGETLB);
        }
    },
    HUNDREDS_OF_WINDOWS {
        @Override
        void once(Target target) {
            announce(target, 100, 5L << 30, 0);
        }
    },
    DESCRIPTORS_WHOSE_CLOSE_BLOCKS {
        @Override
        void once(Target target) throws Exception {
            try (LingeringSocket held = new LingeringSocket(target.posix());
                    RawConnection control = target.connect()) {
                RawMessage init = RawMessage.init(TestedInterface.ID);
                held.handOver(fd -> control.trySend(init, List.of(fd)) > 0);
                control.drain();
            }
        }
    },
    EVENT_MADE_BLOCKING {
        @Override
        void during(Worker self, Target target) {
            try (FakeSlave slave = target.slave().through(Step.CONNECT)) {
                int number = slave.m2sEvent.acquire();
                ByteBuffer full = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder());
                Posix posix = target.posix();
                posix.descriptors().write(number, full.putLong(0, -2));
                slave.m2s.flags(0);
                while (self.isRunning()) {
                    posix.descriptors().setStatusFlags(number, 0);
                    slave.postAll();
                    target.useQueues();
                    target.done();
                }
                slave.m2sEvent.release();
                target.endOf(slave);
            }
        }
    },
    GARBAGE_IN_RINGS {
        @Override
        void during(Worker self, Target target) {
            Random random = new Random(1);
            try (FakeSlave slave = target.slave().through(Step.CONNECT)) {
                while (self.isRunning()) {
                    RawRing ring = random.nextBoolean() ? slave.s2m : slave.m2s;
                    ring.descriptor(
                            random.nextInt(FakeSlave.SLOTS),
                            random.nextInt(2),
                            random.nextInt(3),
                            random.nextInt(1 << 12),
                            random.nextInt(1 << 13));
                    ring.head(random.nextInt(1 << 16));
                    target.useQueues();
                    target.done();
                }
                target.endOf(slave);
            }
        }
    },
    HOLES_IN_EVERYTHING {
        @Override
        void during(Worker self, Target target) {
            try (FakeSlave slave = target.slave().through(Step.CONNECT)) {
                while (self.isRunning()) {
                    HolePunching.punch(target.posix(), slave.region, 0, FakeSlave.SIZE);
                    slave.sendPacket(new byte[] {1, 2, 3});
                    slave.postAll();
                    target.useQueues();
                    target.done();
                }
                target.endOf(slave);
            }
        }
    },
    MASTER_THAT_PASSES_DESCRIPTORS {
        @Override
        void once(Target target) {
            try (FakeMaster.Link link = target.master()) {
                link.control.send(RawMessage.hello());
                OwnedFd event = FakeSlave.eventFd(target.posix(), 0);
                link.control.send(RawMessage.ack(), event);
                event.close();
                link.control.drain();
            }
        }
    },
    MASTER_WHOSE_LINKS_COME_AND_GO {
        @Override
        void once(Target target) {
            try (FakeMaster.Link link = target.master()) {
                link.through(FakeMaster.Step.CONNECTED);
                link.control.send(RawMessage.disconnect(0, "again"));
                link.control.drain();
            }
        }
    };

    private static final int SILENT = 100;

    /**
     * Whom it attacks: a master interface and a slave interface that others share a reactor with.
     */
    interface Target {
        Posix posix();

        /** To the master interface. */
        RawConnection connect();

        FakeSlave slave();

        /** The slave interface has connected. */
        FakeMaster.Link master();

        /** What an application does with its queues, on the attack's thread. */
        void useQueues();

        /** The peer goes, and the master interface knows it. */
        void endOf(FakeSlave slave);

        /** The attack was made once more. */
        void done();
    }

    void once(Target target) throws Exception {
        throw new AssertionError(this);
    }

    void during(Worker self, Target target) throws Exception {
        while (self.isRunning()) {
            once(target);
            target.done();
        }
    }

    private static void announce(Target target, int regions, long size, int flags) {
        int all = FileCalls.MFD_CLOEXEC | FileCalls.MFD_ALLOW_SEALING | flags;
        Posix posix = target.posix();
        int number = posix.files().memfdCreate("hostile", all);
        try (OwnedFd file = OwnedFd.adopt(posix, number, "hostile memory");
                FakeSlave slave = target.slave().through(Step.REGION)) {
            posix.files().ftruncate(number, size);
            posix.files().addSeals(number, FileCalls.F_SEAL_SHRINK);
            for (int index = 1; index <= regions; index++) {
                slave.acknowledged(RawMessage.addRegion(index, size), file);
            }
            slave.make(Step.S2M);
            slave.make(Step.M2S);
            slave.control.send(RawMessage.connect("raw0"));
            slave.control.receive();
            slave.control.trySend(RawMessage.disconnect(0, "again"), List.of());
            slave.control.drain();
        }
    }
}
