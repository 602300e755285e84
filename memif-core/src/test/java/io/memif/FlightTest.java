package io.memif;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.testing.ChildProcess;
import io.memif.testing.FlightSubject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the Flight Recorder gets while a link comes up, drops packets and goes; in JVMs of their
 * own, since the recorder keeps threads and files. 6 s.
 */
@Timeout(120)
class FlightTest {
    @TempDir Path directory;

    @Test
    void everyEventSaysWhatHappened() throws Exception {
        Path file = directory.resolve("flight.jfr");
        try (ChildProcess child =
                ChildProcess.java(FlightSubject.class, "record", file.toString()).start()) {
            assertEquals(0, child.exitCode(), child::toString);
        }
        Map<String, List<RecordedEvent>> events =
                RecordingFile.readAllEvents(file).stream()
                        .collect(Collectors.groupingBy(each -> each.getEventType().getName()));

        RecordedEvent up = about(events, "LinkUp", "slave");
        assertEquals("observed", up.getString("peerApplication"));
        assertEquals("left", up.getString("peerInterface"));
        assertEquals(64, up.getInt("ringSize"));
        assertEquals(1, up.getInt("regions"));
        assertTrue(up.getLong("regionBytes") > 0, up::toString);
        assertEquals(FlightSubject.ADDRESS, up.getString("socket"));
        assertEquals(0xffff_fff0L, up.getLong("id"));
        assertEquals("right", up.getString("name"));
        assertEquals(List.of("memif"), up.getEventType().getCategoryNames());

        // The slave's are read once a second, the master's at the end of the link.
        List<RecordedEvent> dropped = events.get("io.memif.DroppedPackets");
        List<RecordedEvent> full = events.get("io.memif.RingFull");
        for (String role : List.of("slave", "master")) {
            assertEquals(3, sum(dropped, role, "packets"), dropped::toString);
            assertEquals(2, sum(full, role, "attempts"), full::toString);
        }
        RecordedEvent last = dropped.get(dropped.size() - 1);
        assertEquals(3, last.getLong("total"));
        assertEquals("too-long", last.getString("cause"));
        assertEquals("tx", last.getString("direction"));
        assertEquals(0, last.getInt("queue"));
        assertTrue(last.getDuration("period").toNanos() > 0, last::toString);
        assertEquals(2, full.get(full.size() - 1).getLong("total"));

        RecordedEvent down = about(events, "LinkDown", "slave");
        assertEquals("peer-disconnected", down.getString("endedBy"));
        assertEquals("peer disconnected: interface deleted", down.getString("reason"));
        assertEquals("local", about(events, "LinkDown", "master").getString("endedBy"));

        RecordedEvent failed = about(events, "LinkFailed", "slave");
        assertEquals("nobody-listens", failed.getString("code"));
        assertTrue(failed.getString("reason").contains(FlightSubject.ADDRESS), failed::toString);

        List<RecordedEvent> turns = events.get("io.memif.ControlTurn");
        assertTrue(
                turns.stream().allMatch(each -> each.getDuration().toMillis() >= 300),
                turns::toString);
        assertTrue(
                turns.stream()
                        .anyMatch(
                                each ->
                                        each.getInt("work") > 0
                                                && each.getDuration().toMillis() >= 320),
                turns::toString);
    }

    private static long sum(List<RecordedEvent> events, String role, String field) {
        return events.stream()
                .filter(each -> each.getString("role").equals(role))
                .mapToLong(each -> each.getLong(field))
                .sum();
    }

    private static RecordedEvent about(
            Map<String, List<RecordedEvent>> events, String type, String role) {
        List<RecordedEvent> found =
                events.getOrDefault("io.memif." + type, List.of()).stream()
                        .filter(each -> each.getString("role").equals(role))
                        .filter(each -> each.getString("socket").equals(FlightSubject.ADDRESS))
                        .toList();
        assertEquals(1, found.size(), () -> type + " of the " + role + ": " + events);
        return found.get(0);
    }

    /** Without a recording no class of an event is loaded, and not much of the recorder. */
    @Test
    void nothingIsLoadedWithoutARecording() throws Exception {
        List<String> flags = List.of("-Xlog:class+load:stdout");
        try (ChildProcess child = ChildProcess.java(flags, FlightSubject.class, "link").start()) {
            assertEquals(0, child.exitCode(), child::toString);
            assertTrue(child.out().contains("packet"), child::toString);
            List<String> loaded =
                    child.out()
                            .lines()
                            .filter(
                                    line ->
                                            line.contains(" jdk.jfr.")
                                                    || line.contains("javax.management")
                                                    || line.contains("io.memif.internal.observe."))
                            .map(line -> line.replaceAll(".*\\] (\\S+) source.*", "$1"))
                            .toList();
            assertEquals(
                    List.of("io.memif.internal.observe.FlightRecording", "jdk.jfr.FlightRecorder"),
                    loaded);
        }
    }

    /** An image without the modules of both tools. */
    @Test
    void linksWorkWithoutTheModules() throws Exception {
        List<String> flags = List.of("--limit-modules", "java.base,java.logging,jdk.unsupported");
        try (ChildProcess child = ChildProcess.java(flags, FlightSubject.class, "link").start()) {
            assertEquals(0, child.exitCode(), child::toString);
            child.awaitLine("packet");
            assertTrue(
                    child.awaitLine("no JMX beans: ").contains("--add-modules java.management"),
                    child::toString);
        }
    }
}
