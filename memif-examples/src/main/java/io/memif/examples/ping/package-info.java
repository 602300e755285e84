/** {@code memif ping}: asks over memif, and prints what comes back the way ping does. */
package io.memif.examples.ping;
