package io.memif.internal.protocol;

import static io.memif.internal.protocol.MachineFixture.ack;
import static io.memif.internal.protocol.MachineFixture.describe;
import static io.memif.internal.protocol.MachineFixture.feed;
import static io.memif.internal.protocol.MachineFixture.hello;
import static io.memif.internal.protocol.MachineFixture.m2sRing;
import static io.memif.internal.protocol.MachineFixture.region;
import static io.memif.internal.protocol.MachineFixture.s2mRing;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.aggregator.AggregateWith;
import org.junit.jupiter.params.aggregator.ArgumentsAccessor;
import org.junit.jupiter.params.aggregator.ArgumentsAggregator;
import org.junit.jupiter.params.provider.CsvSource;

/** Each state times each input, both roles. */
@Timeout(10)
class StateTableTest {
    /** One of each input; the messages are good ones, so only their order can be wrong. */
    private static final List<Function<Machine<?>, Step<?>>> INPUTS =
            List.of(
                    m -> feed(m, ack()),
                    m -> feed(m, hello()),
                    m -> feed(m, Frame.init(MachineFixture.ID)),
                    m -> feed(m, region()),
                    m -> feed(m, s2mRing()),
                    m -> feed(m, Frame.connect("peer if")),
                    m -> feed(m, Frame.connected("peer if")),
                    m -> feed(m, Frame.disconnect(0, "bye")),
                    m -> feed(m, Frame.ofType(99)),
                    m -> m.peerClosed("end of file"),
                    m -> m.disconnect("interface deleted"),
                    m -> m.refuse(Refusal.memory("wrong cookie")),
                    Machine::timeout);

    /** Short for the cells that most states share. */
    private static final Map<String, String> CELLS =
            Map.of(
                    "U", "UNEXPECTED_MESSAGE",
                    "X", "UNKNOWN_TYPE",
                    "D", "PEER_DISCONNECTED",
                    "C", "PEER_CLOSED",
                    "L", "LOCAL",
                    "M", "MEMORY",
                    "T", "TIMEOUT");

    private static final Map<String, Supplier<Machine<?>>> MASTERS =
            Map.of(
                    "AWAIT_INIT", () -> master(0),
                    "BOUND", () -> master(1),
                    "REGION", () -> master(2),
                    "RING", () -> master(4),
                    "ATTACH", () -> master(5),
                    "CONNECTED", () -> connectedMaster(),
                    "CLOSED", () -> closed(master(3)));

    private static final Map<String, Supplier<Machine<?>>> SLAVES =
            Map.of(
                    "AWAIT_HELLO", MachineFixture::slave,
                    "INIT_SENT", MachineFixture::slaveAfterInit,
                    "CREATE", StateTableTest::creatingSlave,
                    "REGION_SENT", () -> slave(0),
                    "RING_SENT", () -> slave(1),
                    "LAST_RING", () -> slave(2),
                    "CONNECT_SENT", () -> slave(3),
                    "CONNECTED", () -> connectedSlave(),
                    "CLOSED", () -> closed(slave(1)));

    // ACK,HELLO,INIT,REGION,RING,CONNECT,CONNECTED,DISC,unknown,EOF,disconnect,refuse,timeout
    @ParameterizedTest
    @CsvSource({
        "AWAIT_INIT, U,U,Bind+ACK,U,U,U,U,D,X,C,L,M,T",
        "BOUND,      U,U,U,KeepRegion+ACK,KeepRing+ACK,NO_REGIONS,U,D,X,C,L,M,T",
        "REGION,     U,U,U,REGION_TWICE,KeepRing+ACK,NO_RINGS,U,D,X,C,L,M,T",
        "RING,       U,U,U,REGION_TWICE,RING_TWICE,AttachMemory,U,D,X,C,L,M,T",
        "ATTACH,     U,U,U,U,U,U,U,D,X,C,L,M,T",
        "CONNECTED,  down+U,down+U,down+U,down+U,down+U,down+U,down+U,down+D,down+X,down+C,down+L,"
                + "down+M,-",
        "CLOSED,     -,-,-,-,-,-,-,-,-,-,-,-,-",
    })
    void master(@AggregateWith(Row.class) Row row) {
        row.check(MASTERS);
    }

    @ParameterizedTest
    @CsvSource({
        "AWAIT_HELLO,  U,INIT,U,U,U,U,U,D,X,C,L,M,T",
        "INIT_SENT,    CreateMemory,U,U,U,U,U,U,D,X,C,L,M,T",
        "CREATE,       U,U,U,U,U,U,U,D,X,C,L,M,T",
        "REGION_SENT,  ADD_RING,U,U,U,U,U,U,D,X,C,L,M,T",
        "RING_SENT,    ADD_RING,U,U,U,U,U,U,D,X,C,L,M,T",
        "LAST_RING,    CONNECT,U,U,U,U,U,U,D,X,C,L,M,T",
        "CONNECT_SENT, U,U,U,U,U,U,LinkUp,D,X,C,L,M,T",
        "CONNECTED,    down+U,down+U,down+U,down+U,down+U,down+U,down+U,down+D,down+X,down+C,"
                + "down+L,down+M,-",
        "CLOSED,       -,-,-,-,-,-,-,-,-,-,-,-,-",
    })
    void slave(@AggregateWith(Row.class) Row row) {
        row.check(SLAVES);
    }

    /** A line of the table. */
    static final class Row implements ArgumentsAggregator {
        private String state;
        private final List<String> cells = new ArrayList<>();

        @Override
        public Object aggregateArguments(ArgumentsAccessor line, ParameterContext context) {
            Row row = new Row();
            row.state = line.getString(0);
            for (int i = 1; i < line.size(); i++) {
                row.cells.add(line.getString(i));
            }
            return row;
        }

        void check(Map<String, Supplier<Machine<?>>> states) {
            assertEquals(INPUTS.size(), cells.size(), "columns of " + state);
            for (int i = 0; i < cells.size(); i++) {
                String down = cells.get(i).startsWith("down+") ? "down+" : "";
                String cell = cells.get(i).substring(down.length());
                String expected = down + CELLS.getOrDefault(cell, cell);
                Machine<?> machine = states.get(state).get();
                boolean wasUp = machine.isConnected();
                assertEquals(state.equals("CONNECTED"), wasUp);

                Step<?> step = INPUTS.get(i).apply(machine);

                assertEquals(expected, describe(step), state + ", input " + i);
                boolean closes = step.effects().stream().anyMatch(Effect.Close.class::isInstance);
                assertEquals(closes || state.equals("CLOSED"), machine.isClosed());
                assertEquals(machine.isClosed(), machine.phase().equals("closed"));
                assertEquals(machine.isConnected(), machine.phase().equals("connected"));
            }
        }
    }

    private static MasterMachine master(int accepted) {
        Frame[] frames = {
            Frame.init(MachineFixture.ID), region(), s2mRing(), m2sRing(), Frame.connect("peer if")
        };
        return MachineFixture.masterAfter(
                MachineFixture.entry(Secret.NONE), Arrays.copyOf(frames, accepted));
    }

    private static MasterMachine connectedMaster() {
        MasterMachine master = master(5);
        master.attached();
        return master;
    }

    private static SlaveMachine creatingSlave() {
        SlaveMachine slave = MachineFixture.slaveAfterInit();
        feed(slave, ack());
        return slave;
    }

    private static SlaveMachine slave(int acks) {
        SlaveMachine slave = creatingSlave();
        slave.memoryReady(MachineFixture.REGIONS);
        for (int i = 0; i < acks; i++) {
            feed(slave, ack());
        }
        return slave;
    }

    private static SlaveMachine connectedSlave() {
        SlaveMachine slave = slave(3);
        feed(slave, Frame.connected("peer if"));
        return slave;
    }

    private static Machine<?> closed(Machine<?> machine) {
        machine.disconnect("done");
        return machine;
    }
}
