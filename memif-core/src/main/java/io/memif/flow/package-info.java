/**
 * Which flow a packet belongs to, so that several queues can share the work and each flow stays in
 * order. Useful without a link.
 */
package io.memif.flow;
