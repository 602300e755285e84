package io.memif.internal.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.internal.posix.FileCalls;
import io.memif.internal.posix.Posix;
import io.memif.unix.OwnedFd;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Links whose memory can be taken away. */
@Timeout(60)
class RegionTableTest {
    private static final int SIZE = 4 * 4096;

    private final Posix posix = Posix.open();

    /** Stands for an engine of a link. */
    private static final class Engine extends RegionTable.User {
        private final List<Engine> informed;

        Engine(RegionTable table, List<Engine> informed) {
            super(table);
            this.informed = informed;
        }

        @Override
        protected void memoryLost(InternalError cut) {
            informed.add(this);
        }
    }

    private OwnedFd file(int size) {
        int number = posix.files().memfdCreate("memif table test", FileCalls.MFD_CLOEXEC);
        OwnedFd file = OwnedFd.adopt(posix, number, "file");
        resize(file, size);
        return file;
    }

    private void resize(OwnedFd file, int size) {
        int number = file.acquire();
        try {
            assertEquals(0, posix.files().ftruncate(number, size));
        } finally {
            file.release();
        }
    }

    private static RegionTable table(Region region) {
        try (region) {
            return RegionTable.of(region);
        }
    }

    @Test
    void memoryOfALinkIsKnownByItsAddress() {
        ByteBuffer window;
        try (RegionTable table = table(Region.adopt("test", file(SIZE), SIZE, false))) {
            window = table.window(0);
            assertTrue(RegionTable.isOfLink(window.slice(0, 1)));
            assertTrue(RegionTable.isOfLink(window.slice(SIZE - 1, 1)));
            assertFalse(RegionTable.isOfLink(window.slice(SIZE, 0)), "behind it");
            assertFalse(RegionTable.isOfLink(ByteBuffer.allocateDirect(1)));
            assertFalse(RegionTable.isOfLink(ByteBuffer.allocate(1)));
        }
        assertFalse(RegionTable.isOfLink(window), "the link has ended");
    }

    @Test
    void whoBroughtAFileIsToldFirstThatItWasCut() {
        // Several pairs, since one may have the right order by chance.
        for (int pair = 0; pair < 12; pair++) {
            List<Engine> informed = new ArrayList<>();
            try (OwnedFd file = file(SIZE)) {
                Region announced = Region.announced(0, file.duplicate(), SIZE);
                announced.mapAnnounced(MappingLimits.OF_MACHINE);
                try (RegionTable masters = table(announced);
                        RegionTable slaves =
                                table(Region.adopt("test", file.duplicate(), SIZE, false))) {
                    Engine master = new Engine(masters, informed);
                    Engine slave = new Engine(slaves, informed);
                    resize(file, 0);
                    assertTrue(RegionTable.findLost());
                    assertEquals(List.of(slave, master), informed);
                }
            }
        }
    }
}
