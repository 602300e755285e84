/** {@code memif replay}: sends what a capture file has. */
package io.memif.examples.replay;
