/** {@code memif capture}: copies packets into a file or onto the screen. */
package io.memif.examples.capture;
