package io.memif.internal.memory;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;

/**
 * Mappings in a shared arena: closing unmaps at once, a late access throws. Found by method
 * handles, because the library is built for 17, which has no arenas.
 */
final class ArenaUnmap implements UnmapStrategy {
    private final MethodHandle newArena;
    private final MethodHandle map;
    private final MethodHandle asByteBuffer;
    private final MethodHandle close;

    private ArenaUnmap(
            MethodHandle newArena,
            MethodHandle map,
            MethodHandle asByteBuffer,
            MethodHandle close) {
        this.newArena = newArena;
        this.map = map;
        this.asByteBuffer = asByteBuffer;
        this.close = close;
    }

    /** Null before JDK 22, where the classes are missing or still a preview. */
    static ArenaUnmap orNull() {
        if (Runtime.version().feature() < 22) {
            return null;
        }
        try {
            MethodHandles.Lookup lookup = MethodHandles.publicLookup();
            Class<?> arena = Class.forName("java.lang.foreign.Arena");
            Class<?> segment = Class.forName("java.lang.foreign.MemorySegment");
            return new ArenaUnmap(
                    lookup.findStatic(arena, "ofShared", MethodType.methodType(arena)),
                    lookup.findVirtual(
                            FileChannel.class,
                            "map",
                            MethodType.methodType(
                                    segment, MapMode.class, long.class, long.class, arena)),
                    lookup.findVirtual(
                            segment, "asByteBuffer", MethodType.methodType(ByteBuffer.class)),
                    lookup.findVirtual(arena, "close", MethodType.methodType(void.class)));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JDK has no arenas where they should be", e);
        }
    }

    @Override
    public Scope newScope() {
        Object arena = call(newArena);
        return new Scope() {
            @Override
            public ByteBuffer map(FileChannel channel, long start, long length) throws IOException {
                try {
                    Object segment = map.invoke(channel, MapMode.READ_WRITE, start, length, arena);
                    return (ByteBuffer) asByteBuffer.invoke(segment);
                } catch (IOException | RuntimeException | Error e) {
                    throw e;
                } catch (Throwable e) {
                    throw new IllegalStateException(e);
                }
            }

            @Override
            public void close() {
                call(close, arena);
            }
        };
    }

    private static Object call(MethodHandle handle, Object... arguments) {
        try {
            return handle.invokeWithArguments(arguments);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
