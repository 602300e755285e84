/**
 * Links that other processes run, looked at from outside: found by their memory files in {@code
 * /proc}, mapped read-only, and never written to.
 */
package io.memif.examples.live;
