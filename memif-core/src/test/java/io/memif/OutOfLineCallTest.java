package io.memif;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Modifier;
import org.junit.jupiter.api.Test;

class OutOfLineCallTest {
    private final IOException checked = new IOException("checked");
    private int calls;

    private void count() {
        calls++;
    }

    private void fail() throws IOException {
        throw checked;
    }

    @Test
    void callsTheMethodOfItsTarget() {
        OutOfLineCall call = new OutOfLineCall(MethodHandles.lookup(), "count");
        call.of(this);
        call.of(this);
        assertEquals(2, calls);
    }

    @Test
    void whatItThrowsLeavesAsItIs() {
        OutOfLineCall call = new OutOfLineCall(MethodHandles.lookup(), "fail");
        assertSame(checked, assertThrows(IOException.class, () -> call.of(this)));
    }

    @Test
    void aMethodThatIsNotThereIsALinkageError() {
        assertThrows(LinkageError.class, () -> new OutOfLineCall(MethodHandles.lookup(), "absent"));
    }

    /** HotSpot inlines what a constant handle calls. */
    @Test
    void itsHandleIsNoConstant() throws NoSuchFieldException {
        int modifiers = OutOfLineCall.class.getDeclaredField("method").getModifiers();
        assertFalse(Modifier.isFinal(modifiers));
    }
}
