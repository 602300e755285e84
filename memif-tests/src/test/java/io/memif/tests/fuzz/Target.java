package io.memif.tests.fuzz;

/** What a campaign feeds. */
@FunctionalInterface
interface Target {
    /**
     * Does what the input encodes, and throws if the code under test does what it must not.
     *
     * @return messages or states that were tried
     */
    long run(ByteSource input, Coverage coverage) throws Exception;
}
