package io.memif.examples.icmp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ReplyCountersTest {
    @Test
    void summaryOfNothing() {
        assertEquals("answered 0; unanswered 0", new ReplyCounters().summary());
    }

    @Test
    void summaryOfSeveralQueues() {
        ReplyCounters first = new ReplyCounters();
        first.count(Outcome.ARP_REPLY);
        first.count(Outcome.ECHO_REPLY);
        first.count(Outcome.FRAGMENT);
        ReplyCounters second = new ReplyCounters();
        second.count(Outcome.ECHO_REPLY);
        second.count(Outcome.NOT_FOR_US);
        second.countUnsent();
        first.add(second);
        assertEquals(2, first.get(Outcome.ECHO_REPLY));
        assertEquals(
                "answered 3: ARP replies 1, ICMP echo replies 2;"
                        + " unanswered 2: for other addresses 1, fragments 1;"
                        + " answers that could not be sent 1",
                first.summary());
    }
}
