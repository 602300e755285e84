package io.memif.ring;

/**
 * Keeps the fields of two engines, which different threads write, on different cache lines: fields
 * of a superclass come first in every engine.
 */
@SuppressWarnings("unused")
abstract class EnginePadding {
    private long p00, p01, p02, p03, p04, p05, p06, p07;
    private long p08, p09, p10, p11, p12, p13, p14, p15;
}
