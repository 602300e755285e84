package io.memif.tests.fuzz;

/** What a campaign feeds. */
@FunctionalInterface
interface Target {
    /**
     * Does what the tape says, and throws if the code under test does what it must not.
     *
     * @return messages or states that were tried
     */
    long run(Tape tape, Novelty novelty) throws Exception;
}
