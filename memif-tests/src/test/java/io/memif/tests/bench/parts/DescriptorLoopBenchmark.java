package io.memif.tests.bench.parts;

import io.memif.PacketFiller;
import io.memif.PacketHandler;
import io.memif.QueueHandles;
import io.memif.RxQueue;
import io.memif.TxQueue;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The descriptor loop of each engine, a burst of 64 at a time; figures are of one packet.
 * Everything stays in this processor's caches, so this is the part that is ours, without the
 * peer's.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class DescriptorLoopBenchmark {
    /** Bytes of a packet. */
    @Param({"64", "1500"})
    public int length;

    private Peer toMaster;
    private Peer toSlave;
    private Peer fromSlave;
    private Peer fromMaster;
    private RxQueue masterRx;
    private RxQueue slaveRx;
    private TxQueue slaveTx;
    private TxQueue masterTx;
    private byte[] template;
    private byte[] copy;
    private long seen;
    private int index;
    private PacketHandler lengths;
    private PacketHandler copier;
    private PacketFiller filler;

    /** Makes the four engines. */
    @Setup
    public void setUp() {
        toMaster = new Peer(length);
        masterRx =
                QueueHandles.masterRx(QueueHandles.rx(), toMaster.ring, toMaster.table, this::fail);
        toSlave = new Peer(length);
        slaveRx =
                QueueHandles.post(
                        QueueHandles.slaveRx(
                                QueueHandles.rx(),
                                toSlave.ring,
                                toSlave.table,
                                toSlave.buffers,
                                this::fail));
        fromSlave = new Peer(length);
        slaveTx =
                QueueHandles.slaveTx(
                        QueueHandles.tx(),
                        fromSlave.ring,
                        fromSlave.table,
                        fromSlave.own,
                        () -> {},
                        this::fail);
        fromMaster = new Peer(length);
        masterTx =
                QueueHandles.masterTx(
                        QueueHandles.tx(), fromMaster.ring, fromMaster.table, () -> {}, this::fail);
        template = new byte[length];
        copy = new byte[length];
        lengths = (buffer, offset, size, flags) -> seen += size;
        copier = (buffer, offset, size, flags) -> buffer.get(offset, copy, 0, size);
        filler = this::write;
    }

    private void fail(String reason) {
        throw new IllegalStateException(reason);
    }

    private int write(ByteBuffer buffer, int offset, int capacity) {
        buffer.put(offset, template, 0, capacity);
        return capacity;
    }

    private int check(int moved) {
        if (moved != Peer.BURST) {
            throw new IllegalStateException("moved " + moved);
        }
        return moved;
    }

    /**
     * A master polls and looks at the lengths.
     *
     * @return packets
     */
    @Benchmark
    @OperationsPerInvocation(Peer.BURST)
    public int masterReceives() {
        index += Peer.BURST;
        toMaster.head(index);
        return check(masterRx.poll(lengths, Peer.BURST));
    }

    /**
     * A master polls and copies the payload.
     *
     * @return packets
     */
    @Benchmark
    @OperationsPerInvocation(Peer.BURST)
    public int masterReceivesAndCopies() {
        index += Peer.BURST;
        toMaster.head(index);
        return check(masterRx.poll(copier, Peer.BURST));
    }

    /**
     * A slave polls, looks at the lengths and posts its buffers again.
     *
     * @return packets
     */
    @Benchmark
    @OperationsPerInvocation(Peer.BURST)
    public int slaveReceives() {
        index += Peer.BURST;
        toSlave.tail(index);
        int moved = slaveRx.poll(lengths, Peer.BURST);
        return check(moved);
    }

    /**
     * A slave polls, copies the payload and posts its buffers again.
     *
     * @return packets
     */
    @Benchmark
    @OperationsPerInvocation(Peer.BURST)
    public int slaveReceivesAndCopies() {
        index += Peer.BURST;
        toSlave.tail(index);
        return check(slaveRx.poll(copier, Peer.BURST));
    }

    /**
     * A slave writes packets in place.
     *
     * @return packets
     */
    @Benchmark
    @OperationsPerInvocation(Peer.BURST)
    public int slaveSends() {
        int moved = slaveTx.fill(filler, length, Peer.BURST);
        slaveTx.flush();
        index += Peer.BURST;
        fromSlave.tail(index);
        return check(moved);
    }

    /**
     * A master writes packets in place.
     *
     * @return packets
     */
    @Benchmark
    @OperationsPerInvocation(Peer.BURST)
    public int masterSends() {
        index += Peer.BURST;
        fromMaster.head(index);
        int moved = masterTx.fill(filler, length, Peer.BURST);
        masterTx.flush();
        return check(moved);
    }
}
