/**
 * Small programs to start from. Each stands alone, needs no command line library, and is tested;
 * see the class that comes nearest to what you want.
 */
package io.memif.examples.samples;
