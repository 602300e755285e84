/**
 * Failures that end a link from outside: files that are cut short, processes that die or stop,
 * teardown in mid-traffic, and what must be left afterwards: nothing.
 */
package io.memif.tests.life;
