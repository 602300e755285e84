/**
 * JMH benchmarks of parts, run by {@code memif-tests/bench jmh}; the defaults are short, a look
 * rather than a measurement. With {@code -prof gc} each shows 0 bytes allocated per operation but
 * the codec, whose messages are objects.
 */
package io.memif.tests.bench.parts;
