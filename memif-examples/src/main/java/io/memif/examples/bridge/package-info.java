/** Passes packets on between two memif links. */
package io.memif.examples.bridge;
