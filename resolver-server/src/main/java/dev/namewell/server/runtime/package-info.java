/** The core's ports on the real machine: threads, clocks, randomness, event loops. */
@NullMarked
package dev.namewell.server.runtime;

import org.jspecify.annotations.NullMarked;
