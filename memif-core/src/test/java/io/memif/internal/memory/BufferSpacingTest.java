package io.memif.internal.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which lines of their pages the buffers of an M2S ring begin and end in. */
class BufferSpacingTest {
    private static final int PAGE = 4096;
    private static final int LINE = 64;
    private static final int SLOTS = 1024;

    /** From the begin of the ring's buffers on, which is a page's. */
    private static List<Integer> starts(int bufferSize, int headroom, boolean payloadRead) {
        SlaveLayout layout = new SlaveLayout(1, 2, 10, bufferSize, headroom, 64, payloadRead);
        List<ByteBuffer> windows = List.of(ByteBuffer.allocate(1));
        SlaveLayout.Place place = layout.place(2, windows, Collections.nCopies(1, null));
        OwnBuffers buffers = layout.buffers(place);
        assertEquals(0, place.base() % PAGE);
        return IntStream.of(buffers.offsets(SLOTS)).map(at -> at - place.base()).boxed().toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {2048, 2049, 3000, 4096, 9216, 65_535})
    void largeBuffersEndWithAPageAllAtTheSamePlace(int size) {
        List<Integer> starts = starts(size, 0, true);
        int lines = (size + LINE - 1) / LINE * LINE;
        int pages = (lines + PAGE - 1) / PAGE;
        for (int slot = 0; slot < SLOTS; slot++) {
            assertEquals((slot + 1) * pages * PAGE, starts.get(slot) + lines);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2048, 2049, 3000, 4096, 9216, 65_535})
    void thoseThatNobodyLooksIntoBeginInEightLines(int size) {
        List<Integer> starts = starts(size, 0, false);
        assertEquals(
                8, starts.stream().map(start -> start % PAGE).collect(Collectors.toSet()).size());
        for (int start : starts) {
            int behind = PAGE - 1 - (start + size - 1) % PAGE;
            assertTrue(behind < 8 * LINE, start + ": the page goes on for " + behind);
        }
    }

    /** 32 pages in a row can be all the sets there are: the begin must not follow the page. */
    @Test
    void eachOf32PagesInARowHoldsAllEightBegins() {
        List<Integer> starts = starts(2048, 0, false);
        for (int page = 0; page < 32; page++) {
            Set<Integer> begins = new HashSet<>();
            for (int slot = page; slot < SLOTS; slot += 32) {
                begins.add(starts.get(slot) % PAGE);
            }
            assertEquals(8, begins.size(), "page " + page);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPacketOfTwoKilobytesIsInOnePage(boolean payloadRead) {
        for (int start : starts(2048, 0, payloadRead)) {
            assertEquals(start / PAGE, (start + 2047) / PAGE);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void smallBuffersLieSideBySide(boolean payloadRead) {
        List<Integer> starts = starts(1000, 0, payloadRead);
        for (int i = 1; i < SLOTS; i++) {
            assertEquals(1024, starts.get(i) - starts.get(i - 1));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void headroomMovesTheBeginOnly(boolean payloadRead) {
        List<Integer> moved =
                starts(2048, 0, payloadRead).stream().map(start -> start + 128).toList();
        assertEquals(moved, starts(2048, 128, payloadRead));
    }
}
