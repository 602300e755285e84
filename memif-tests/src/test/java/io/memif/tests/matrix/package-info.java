/**
 * Two peers of this library against each other, over the whole range of their settings. {@code
 * -Dmemif.long=true} tries every combination, {@code -Dmemif.seed=N} repeats a run.
 */
package io.memif.tests.matrix;
