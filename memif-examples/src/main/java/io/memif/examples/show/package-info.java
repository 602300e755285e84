/** {@code memif show}: what a JVM's own memif interfaces are and do, read over JMX. */
package io.memif.examples.show;
