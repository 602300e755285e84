/** The {@code memif} command: its subcommands and what they share. */
package io.memif.examples;
