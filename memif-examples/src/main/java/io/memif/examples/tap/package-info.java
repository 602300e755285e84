/** Ties a memif link to a tap of the host's kernel. */
package io.memif.examples.tap;
