/**
 * What the JVM's own tools see: events for its Flight Recorder, and beans made of records for its
 * management server. Knows nothing of memif; the classes of both tools are loaded when somebody
 * uses them, since an image of the JDK may lack them.
 */
package io.memif.internal.observe;
