/** Finds out why a memif link does not come up, or carries nothing. */
package io.memif.examples.doctor;
