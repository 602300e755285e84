package io.memif.internal.protocol;

import static io.memif.internal.protocol.MachineFixture.ID;
import static io.memif.internal.protocol.MachineFixture.ack;
import static io.memif.internal.protocol.MachineFixture.assertRejected;
import static io.memif.internal.protocol.MachineFixture.busy;
import static io.memif.internal.protocol.MachineFixture.entry;
import static io.memif.internal.protocol.MachineFixture.feed;
import static io.memif.internal.protocol.MachineFixture.limits;
import static io.memif.internal.protocol.MachineFixture.m2sRing;
import static io.memif.internal.protocol.MachineFixture.master;
import static io.memif.internal.protocol.MachineFixture.masterAfter;
import static io.memif.internal.protocol.MachineFixture.region;
import static io.memif.internal.protocol.MachineFixture.s2mRing;
import static io.memif.internal.protocol.MachineFixture.slave;
import static io.memif.internal.protocol.MachineFixture.slaveAfterInit;
import static io.memif.internal.protocol.MachineFixture.slaveParameters;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.memif.Mode;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every reason to refuse a peer, with the exact bytes of the DISCONNECT. */
@Timeout(10)
class RejectionTest {
    private static final Secret ABC = Secret.of("abc".getBytes(StandardCharsets.US_ASCII));

    @ParameterizedTest
    @MethodSource({
        "frames",
        "init",
        "regions",
        "rings",
        "connect",
        "placement",
        "slaveSide",
        "anyTime"
    })
    void isSentWithItsReason(Refusal.Reason reason, String text, Supplier<Step<?>> step) {
        assertRejected(step.get(), false, reason, text);
    }

    @Test
    void everyReasonIsCovered() {
        Set<Refusal.Reason> covered = EnumSet.noneOf(Refusal.Reason.class);
        Stream.of(
                        frames(),
                        init(),
                        regions(),
                        rings(),
                        connect(),
                        placement(),
                        slaveSide(),
                        anyTime())
                .flatMap(rows -> rows)
                .forEach(row -> covered.add((Refusal.Reason) row.get()[0]));
        assertEquals(
                Collections.emptySet(), EnumSet.complementOf(EnumSet.copyOf(covered)), "missing");
    }

    static Stream<Arguments> frames() {
        return Stream.of(
                row(
                        Refusal.Reason.MESSAGE_SIZE,
                        "wrong message size: 127 bytes, 128 expected",
                        () -> master().onMessage(Frame.init(ID).buffer(), 127, 0, false)),
                row(
                        Refusal.Reason.MESSAGE_SIZE,
                        "wrong message size: 0 bytes, 128 expected",
                        () -> slave().onMessage(Frame.ofType(2).buffer(), 0, 0, false)),
                row(
                        Refusal.Reason.MESSAGE_SIZE,
                        "wrong message size: 2147483647 bytes, 128 expected",
                        () -> slave().onMessage(ack().buffer(), Integer.MAX_VALUE, 0, false)),
                row(
                        Refusal.Reason.CONTROL_TRUNCATED,
                        "descriptors lost: too many were sent, or this process has no descriptor left (ulimit -n)",
                        () -> master().onMessage(region().buffer(), 128, 1, true)),
                row(
                        Refusal.Reason.UNKNOWN_TYPE,
                        "unknown message type: 65535",
                        () -> feed(slave(), Frame.ofType(65535))),
                row(
                        Refusal.Reason.FD_COUNT,
                        "wrong number of descriptors: 0 with ADD_REGION, expected 1",
                        () -> bound().onMessage(region().buffer(), 128, 0, false)),
                row(
                        Refusal.Reason.FD_COUNT,
                        "wrong number of descriptors: 253 with ADD_RING, expected 1",
                        () -> bound().onMessage(s2mRing().buffer(), 128, 253, false)),
                row(
                        Refusal.Reason.FD_COUNT,
                        "wrong number of descriptors: 1 with INIT, expected 0",
                        () -> master().onMessage(Frame.init(ID).buffer(), 128, 1, false)),
                row(
                        Refusal.Reason.FD_COUNT,
                        "wrong number of descriptors: 2 with CONNECTED, expected 0",
                        () -> slave().onMessage(Frame.ofType(7).buffer(), 128, 2, false)),
                row(
                        Refusal.Reason.FD_COUNT,
                        "wrong number of descriptors: 10 with DISCONNECT, expected 0",
                        () -> slave().onMessage(Frame.ofType(8).buffer(), 128, 10, false)),
                row(
                        Refusal.Reason.UNEXPECTED_MESSAGE,
                        "unexpected message: ADD_RING while waiting for INIT",
                        () -> feed(master(), s2mRing())),
                row(
                        Refusal.Reason.UNEXPECTED_MESSAGE,
                        "unexpected message: CONNECTED while waiting for ADD_REGION, ADD_RING or"
                                + " CONNECT",
                        () -> feed(bound(), Frame.connected("x"))),
                row(
                        Refusal.Reason.UNEXPECTED_MESSAGE,
                        "unexpected message: CONNECTED while waiting for ACK of INIT",
                        () -> feed(slaveAfterInit(), Frame.connected("x"))));
    }

    static Stream<Arguments> init() {
        InterfaceParameters ethernet = limits(Mode.ETHERNET, Secret.NONE);
        InterfaceDirectory.Entry busy = new InterfaceDirectory.Entry(ethernet, busy(), true);
        InterfaceDirectory.Entry down =
                new InterfaceDirectory.Entry(ethernet, Optional.empty(), false);
        InterfaceDirectory.Entry ip = entry(limits(Mode.IP, Secret.NONE));
        return Stream.of(
                row(
                        Refusal.Reason.VERSION,
                        "incompatible version: INIT asks for 2.1, this side needs 2.0",
                        () -> feed(master(), Frame.init(ID).u16(2, 0x0201))),
                row(
                        Refusal.Reason.VERSION,
                        "incompatible version: INIT asks for 255.255, this side needs 2.0",
                        () -> feed(master(), Frame.init(99).u16(2, 0xffff))),
                row(
                        Refusal.Reason.UNKNOWN_ID,
                        "unknown interface id: 4294967295",
                        () -> feed(master(), Frame.init(-1))),
                row(
                        Refusal.Reason.ROLE_MISMATCH,
                        "wrong role: interface 8 is a slave here too",
                        () -> feed(master(), Frame.init(8))),
                row(
                        Refusal.Reason.ALREADY_CONNECTED,
                        "already connected: interface 7",
                        () -> feed(master(busy), Frame.init(ID))),
                row(
                        Refusal.Reason.ADMIN_DOWN,
                        "administratively down: interface 7",
                        () -> feed(master(down), Frame.init(ID))),
                row(
                        Refusal.Reason.UNSUPPORTED_MODE,
                        "unsupported mode: PUNT_INJECT",
                        () -> feed(master(), Frame.init(ID).u8(8, 2))),
                row(
                        Refusal.Reason.UNSUPPORTED_MODE,
                        "unsupported mode: number 255",
                        () -> feed(master(), Frame.init(ID).u8(8, 255))),
                row(
                        Refusal.Reason.MODE_MISMATCH,
                        "mode mismatch: interface 7 is ETHERNET, slave asks for IP",
                        () -> feed(master(), Frame.init(ID).u8(8, 1))),
                row(
                        Refusal.Reason.MODE_MISMATCH,
                        "mode mismatch: interface 7 is IP, slave asks for ETHERNET",
                        () -> feed(master(ip), Frame.init(ID))),
                row(
                        Refusal.Reason.SECRET_REQUIRED,
                        "secret required: interface 7",
                        () -> feed(master(entry(ABC)), Frame.init(ID))),
                row(
                        Refusal.Reason.SECRET_WRONG,
                        "incorrect secret: interface 7",
                        () -> feed(master(entry(ABC)), Frame.init(ID).text(9, "abcd"))));
    }

    static Stream<Arguments> regions() {
        return Stream.of(
                row(
                        Refusal.Reason.REGION_INDEX,
                        "region index out of range: 256, at most 255",
                        () -> feed(bound(), Frame.addRegion(256, 1))),
                row(
                        Refusal.Reason.REGION_INDEX,
                        "region index out of range: 65535, at most 255",
                        () -> feed(bound(), Frame.addRegion(65535, 1))),
                row(
                        Refusal.Reason.REGION_TWICE,
                        "region announced twice: region 255",
                        () -> feed(bound(Frame.addRegion(255, 1)), Frame.addRegion(255, 2))),
                row(
                        Refusal.Reason.REGION_EMPTY,
                        "empty region: region 3 has size 0",
                        () -> feed(bound(), Frame.addRegion(3, 0))),
                row(
                        Refusal.Reason.REGION_TOO_LARGE,
                        "region too large: region 0 has 9223372036854775808 bytes,"
                                + " at most 9223372036854775807",
                        () -> feed(bound(), Frame.addRegion(0, Long.MIN_VALUE))),
                row(
                        Refusal.Reason.REGION_TOO_LARGE,
                        "region too large: region 0 has 18446744073709551615 bytes,"
                                + " at most 9223372036854775807",
                        () -> feed(bound(), Frame.addRegion(0, -1))));
    }

    static Stream<Arguments> rings() {
        return Stream.of(
                row(
                        Refusal.Reason.RING_INDEX,
                        "ring index out of range: S2M ring 3, at most 3 rings accepted",
                        () -> feed(bound(), Frame.addRing(true, 3, 0, 0, 10))),
                row(
                        Refusal.Reason.RING_INDEX,
                        "ring index out of range: M2S ring 65535, at most 3 rings accepted",
                        () -> feed(bound(), Frame.addRing(false, 65535, 0, 0, 10))),
                row(
                        Refusal.Reason.RING_TWICE,
                        "ring announced twice: S2M ring 0",
                        () -> feed(bound(s2mRing()), s2mRing())),
                row(
                        Refusal.Reason.RING_SIZE,
                        "unsupported ring size: S2M ring 0 has log2 size 15; 0 to 14 are accepted",
                        () -> feed(bound(), Frame.addRing(true, 0, 0, 0, 15))),
                row(
                        Refusal.Reason.RING_SIZE,
                        "unsupported ring size: M2S ring 1 has log2 size 255; 0 to 14 are accepted",
                        () -> feed(bound(), Frame.addRing(false, 1, 0, 0, 255))),
                row(
                        Refusal.Reason.PRIVATE_HEADER,
                        "private headers not supported: S2M ring 0 asks for 8 bytes",
                        () -> feed(bound(), s2mRing().u16(13, 8))),
                row(
                        Refusal.Reason.PRIVATE_HEADER,
                        "private headers not supported: S2M ring 0 asks for 256 bytes",
                        () -> feed(bound(), s2mRing().u16(13, 256))),
                row(
                        Refusal.Reason.RING_MISALIGNED,
                        "ring misaligned: M2S ring 0 at offset 4294967295, not a multiple of 4",
                        () -> feed(bound(), Frame.addRing(false, 0, 0, 0xffffffffL, 0))),
                row(
                        Refusal.Reason.RING_MISALIGNED,
                        "ring misaligned: S2M ring 0 at offset 2, not a multiple of 4",
                        () -> feed(bound(), Frame.addRing(true, 0, 0, 2, 0))));
    }

    static Stream<Arguments> connect() {
        Frame connect = Frame.connect("peer if");
        return Stream.of(
                row(
                        Refusal.Reason.NO_REGIONS,
                        "no regions announced: CONNECT without ADD_REGION",
                        () -> feed(bound(s2mRing(), m2sRing()), connect)),
                row(
                        Refusal.Reason.NO_RINGS,
                        "no rings announced: CONNECT without ADD_RING",
                        () -> feed(bound(region()), connect)),
                row(
                        Refusal.Reason.TOO_FEW_RINGS,
                        "too few rings: 0 M2S rings, the minimum is 1",
                        () -> feed(bound(region(), s2mRing()), connect)),
                row(
                        Refusal.Reason.TOO_FEW_RINGS,
                        "too few rings: 0 S2M rings, the minimum is 1",
                        () -> feed(bound(region(), m2sRing()), connect)),
                row(
                        Refusal.Reason.RING_MISSING,
                        "ring missing: M2S ring 1, but there is ring 2",
                        () ->
                                feed(
                                        bound(
                                                region(),
                                                s2mRing(),
                                                m2sRing(),
                                                Frame.addRing(false, 2, 0, 65536, 0)),
                                        connect)));
    }

    static Stream<Arguments> placement() {
        Frame connect = Frame.connect("peer if");
        Frame small = Frame.addRegion(0, 1);
        return Stream.of(
                row(
                        Refusal.Reason.RING_REGION,
                        "ring in unknown region: M2S ring 0 in region 65535",
                        () ->
                                feed(
                                        bound(
                                                region(),
                                                s2mRing(),
                                                Frame.addRing(false, 0, 65535, 0, 10)),
                                        connect)),
                row(
                        Refusal.Reason.RING_OUTSIDE,
                        "ring outside its region: S2M ring 0 ends at 16512 of 1 in region 0",
                        () -> feed(bound(small, s2mRing(), m2sRing()), connect)),
                row(
                        Refusal.Reason.RING_OUTSIDE,
                        "ring outside its region: M2S ring 0 ends at 4295229564 of 1048576 in"
                                + " region 0",
                        () ->
                                feed(
                                        bound(
                                                region(),
                                                s2mRing(),
                                                Frame.addRing(false, 0, 0, 0xfffffffcL, 14)),
                                        connect)),
                row(
                        Refusal.Reason.RING_OVERLAP,
                        "rings overlap: S2M ring 0 and M2S ring 0 in region 0 with cache line 64",
                        () ->
                                feed(
                                        bound(
                                                region(),
                                                s2mRing(),
                                                Frame.addRing(false, 0, 0, 16508, 10)),
                                        connect)));
    }

    static Stream<Arguments> slaveSide() {
        return Stream.of(
                row(
                        Refusal.Reason.VERSION,
                        "incompatible version: HELLO offers 3.0 to 3.0, this side needs 2.0",
                        () -> feed(slave(), Frame.hello(0x0300, 0x0300, 0, 0, 14))),
                row(
                        Refusal.Reason.OFFER_TOO_SMALL,
                        "offer below demand: S2M rings: offered 3, demanded 4",
                        () -> slaveSeeing(Frame.hello(0x0200, 0x0200, 7, 2, 14))),
                row(
                        Refusal.Reason.OFFER_TOO_SMALL,
                        "offer below demand: M2S rings: offered 1, demanded 4",
                        () -> slaveSeeing(Frame.hello(0x0200, 0x0200, 0, 3, 14))),
                row(
                        Refusal.Reason.OFFER_TOO_SMALL,
                        "offer below demand: log2 ring size: offered 5, demanded 6",
                        () -> slaveSeeing(Frame.hello(0x0200, 0x0200, 3, 3, 5))),
                row(
                        Refusal.Reason.TOO_MANY_REGIONS,
                        "too many regions: 2 needed, the master accepts 1",
                        () ->
                                feed(
                                        new SlaveMachine(
                                                slaveParameters(Secret.NONE),
                                                "our app",
                                                MachineFixture.ownRegions(1)),
                                        MachineFixture.hello().u16(38, 0))));
    }

    static Stream<Arguments> anyTime() {
        return Stream.of(
                row(
                        Refusal.Reason.TIMEOUT,
                        "handshake timed out: waiting for HELLO",
                        () -> slave().timeout()),
                row(
                        Refusal.Reason.TIMEOUT,
                        "handshake timed out: waiting for ACK of INIT",
                        () -> slaveAfterInit().timeout()),
                row(
                        Refusal.Reason.TIMEOUT,
                        "handshake timed out: waiting for INIT",
                        () -> master().timeout()),
                row(
                        Refusal.Reason.MEMORY,
                        "wrong cookie on S2M ring 0",
                        () -> bound().refuse(Refusal.memory("wrong cookie on S2M ring 0"))),
                row(
                        Refusal.Reason.REPLACED,
                        "link replaced: it was still",
                        () -> bound().refuse(Refusal.Reason.REPLACED.because("it was still"))),
                row(
                        Refusal.Reason.STALLED,
                        "peer stalled: S2M ring 0",
                        () -> bound().refuse(Refusal.Reason.STALLED.because("S2M ring 0"))),
                row(
                        Refusal.Reason.PEER_NOT_ALLOWED,
                        "user not allowed: uid 7",
                        () -> master().refuse(Refusal.Reason.PEER_NOT_ALLOWED.because("uid 7"))),
                row(
                        Refusal.Reason.TOO_MANY_CONNECTIONS,
                        "too many connections: 64 wait",
                        () ->
                                master().refuse(
                                                Refusal.Reason.TOO_MANY_CONNECTIONS.because(
                                                        "64 wait"))));
    }

    private static Step<?> slaveSeeing(Frame hello) {
        return feed(slave(slaveParameters(8, 8, 10, 4, 6)), hello);
    }

    private static MasterMachine bound(Frame... frames) {
        Frame[] all = new Frame[frames.length + 1];
        all[0] = Frame.init(ID);
        System.arraycopy(frames, 0, all, 1, frames.length);
        return masterAfter(entry(Secret.NONE), all);
    }

    private static Arguments row(Refusal.Reason reason, String text, Supplier<Step<?>> step) {
        return arguments(reason, text, step);
    }
}
