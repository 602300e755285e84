package io.memif.testing;

import io.memif.InterfaceConfig;
import io.memif.InterfaceListener;
import io.memif.MemifException;
import io.memif.MemifInterface;
import io.memif.MemifJmx;
import io.memif.MemifReactor;
import io.memif.MemifSocket;
import io.memif.Role;
import io.memif.SocketConfig;
import io.memif.TxQueue;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingStream;

/** A JVM of its own with a link, and if wanted with a recording of it. */
public final class FlightSubject {
    public static final String ADDRESS = "@memif-flight";

    private FlightSubject() {}

    public static void main(String[] args) throws Exception {
        if (args[0].equals("record")) {
            Recorded.run(Path.of(args[1]));
        } else {
            link();
        }
    }

    private static InterfaceConfig.Builder config(Role role) {
        return InterfaceConfig.builder()
                .role(role)
                .id(0xffff_fff0)
                .name(role == Role.MASTER ? "left" : "right")
                .ringSize(64)
                .bufferSize(512);
    }

    private static MemifSocket socket() {
        return MemifSocket.open(
                SocketConfig.builder().address(ADDRESS).applicationName("observed").build());
    }

    private static void link() throws InterruptedException {
        try (MemifSocket socket = socket()) {
            MemifInterface master = socket.addInterface(config(Role.MASTER).build());
            MemifInterface slave = socket.addInterface(config(Role.SLAVE).build());
            TestPackets.connect(master, slave);
            TestPackets.exchange(master, slave, 60);
            System.out.println("packet");
        }
        if (ModuleLayer.boot().findModule("java.management").isEmpty()) {
            try {
                MemifJmx.register();
            } catch (MemifException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    /** Of its own: the other JVMs may have no recorder. */
    private static final class Recorded {
        private static void run(Path file) throws Exception {
            CountDownLatch looked = new CountDownLatch(2);
            try (Recording recording = new Recording();
                    RecordingStream stream = new RecordingStream()) {
                recording.enable("io.memif.ControlTurn").withThreshold(Duration.ofMillis(300));
                recording.start();
                stream.enable("io.memif.DroppedPackets");
                stream.enable("io.memif.RingFull");
                stream.onEvent("io.memif.DroppedPackets", event -> looked.countDown());
                stream.onEvent("io.memif.RingFull", event -> looked.countDown());
                stream.startAsync();
                flight(looked);
                turn();
                recording.dump(file);
            }
        }

        private static void flight(CountDownLatch looked) throws InterruptedException {
            try (MemifSocket one = socket();
                    MemifSocket other = socket()) {
                MemifInterface master = one.addInterface(config(Role.MASTER).build());
                LinkEvents events = new LinkEvents();
                MemifInterface slave =
                        other.addInterface(config(Role.SLAVE).listener(events).build());
                TestPackets.connect(master, slave);
                drop(slave.txQueue(0));
                if (!looked.await(TestPackets.SOON, TimeUnit.NANOSECONDS)) {
                    throw new AssertionError("no look at the counters");
                }
                drop(master.txQueue(0));
                master.close();
                while (!events.next().startsWith("failed: NOBODY_LISTENS")) {
                    continue;
                }
            }
        }

        /** Three packets that are too long, and two that find the ring full. */
        private static void drop(TxQueue tx) {
            byte[] packet = new byte[1 << 20];
            for (int i = 0; i < 3; i++) {
                expect(TxQueue.TOO_LONG, tx.offer(packet, 0, packet.length));
            }
            int result = 1;
            for (int i = 0; i < 64 && result > 0; i++) {
                result = tx.offer(packet, 0, 60);
            }
            if (result > 0) {
                expect(TxQueue.BACK_PRESSURED, tx.offer(packet, 0, 60));
            }
            expect(TxQueue.BACK_PRESSURED, tx.offer(packet, 0, 60));
        }

        private static void expect(int wanted, int result) {
            if (wanted != result) {
                throw new AssertionError(result + " in place of " + wanted);
            }
        }

        /** A turn of a reactor that takes its time: a callback inside doWork does. */
        private static void turn() throws InterruptedException {
            try (MemifReactor reactor = MemifReactor.callerDriven(Throwable::printStackTrace)) {
                SocketConfig config =
                        SocketConfig.builder().address(ADDRESS + "-slow").reactor(reactor).build();
                try (MemifSocket socket = MemifSocket.open(config)) {
                    InterfaceConfig.Builder slow =
                            InterfaceConfig.builder().role(Role.SLAVE).reconnect(false);
                    slow.listener(new Slow());
                    MemifInterface slave = socket.addInterface(slow.build());
                    while (slave.details().lastFailure().isEmpty()) {
                        reactor.doWork(TimeUnit.MILLISECONDS.toNanos(1));
                    }
                    reactor.doWork();
                }
            }
        }
    }

    /** Holds the reactor whose callbacks are made in its turns. */
    private static final class Slow implements InterfaceListener {
        @Override
        public void onConnectFailed(MemifInterface itf, MemifException cause) {
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(320);
            while (System.nanoTime() < end) {
                Thread.onSpinWait();
            }
        }
    }
}
