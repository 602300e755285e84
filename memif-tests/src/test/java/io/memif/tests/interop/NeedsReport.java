package io.memif.tests.interop;

/**
 * Says before the tests, where the build's reader sees it, what this machine has not got; surefire
 * only counts what is skipped.
 */
final class NeedsReport {
    private NeedsReport() {}

    /**
     * Prints a line for each unmet need.
     *
     * @param args none
     * @throws InterruptedException if interrupted
     */
    public static void main(String[] args) throws InterruptedException {
        for (Need need : Need.values()) {
            if (!need.isMet()) {
                System.out.println("[WARNING] skipping each test that " + need.complaint());
            }
        }
    }
}
