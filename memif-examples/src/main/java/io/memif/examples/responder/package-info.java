/** {@code memif icmp-responder}: puts the packet logic on memif queues. */
package io.memif.examples.responder;
