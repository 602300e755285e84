package io.memif.tests.bench.side;

/**
 * The processors that spin.
 *
 * @param tested for the process under test
 * @param opposite for the process at the other end of the link
 */
record Cpus(int tested, int opposite) {
    /** Reads {@code 0,1}. */
    static Cpus parse(String text) {
        String[] parts = text.split(",");
        if (parts.length != 2) {
            throw new IllegalArgumentException("'" + text + "' is not two processors as in 0,1");
        }
        return new Cpus(Integer.parseInt(parts[0].trim()), Integer.parseInt(parts[1].trim()));
    }
}
