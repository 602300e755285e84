/**
 * Meters of memif interfaces for Micrometer, and an application that shows them to Prometheus.
 * Needs {@code micrometer-core}, and for Prometheus {@code micrometer-registry-prometheus}.
 */
package io.memif.examples.metrics;
