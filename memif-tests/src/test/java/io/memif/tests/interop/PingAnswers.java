package io.memif.tests.interop;

import io.memif.MemifInterface;
import io.memif.Mode;
import io.memif.PacketAssembler;
import io.memif.RxQueue;
import io.memif.TxQueue;
import io.memif.examples.icmp.IpPrefix;
import io.memif.examples.icmp.MacAddress;
import io.memif.examples.icmp.OwnAddresses;
import io.memif.examples.icmp.Responder;
import io.memif.examples.responder.AnswerPath;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Answers pings on all queues of an interface, in a thread, until it is closed. */
final class PingAnswers implements AutoCloseable {
    private static final int BURST = 64;

    private final MemifInterface itf;
    private final AnswerPath path;
    private final PacketAssembler packets;
    private final Thread thread = new Thread(this::answer, "answers to pings");
    private volatile boolean done;

    PingAnswers(MemifInterface itf, String address) {
        this.itf = itf;
        IpPrefix prefix = IpPrefix.parse(address + "/24");
        OwnAddresses own = new OwnAddresses(List.of(prefix));
        this.path =
                new AnswerPath(
                        itf.config().mode() == Mode.IP
                                ? Responder.ip(own)
                                : Responder.ethernet(
                                        MacAddress.derivedFrom(prefix.address()), own));
        this.packets = new PacketAssembler(path, AnswerPath.MAX_PACKET_LENGTH);
        thread.start();
    }

    private void answer() {
        try {
            while (!done) {
                int received = 0;
                for (int i = 0; i < itf.rxQueueCount(); i++) {
                    TxQueue tx = itf.txQueue(i % itf.txQueueCount());
                    path.answerOn(tx);
                    received += itf.rxQueue(i).poll(packets, BURST);
                    tx.flush();
                }
                RxQueue first = itf.rxQueue(0);
                if (received == 0) {
                    // Other queues wait for no longer than this.
                    first.await(TimeUnit.MILLISECONDS.toNanos(itf.rxQueueCount() == 1 ? 500 : 1));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            for (int i = 0; i < itf.rxQueueCount(); i++) {
                itf.rxQueue(i).handOver();
                itf.txQueue(i % itf.txQueueCount()).handOver();
            }
        }
    }

    @Override
    public void close() {
        done = true;
        itf.rxQueue(0).wakeUp();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
