/**
 * A world to test in: tasks, clocks, network and servers, all virtual and all decided by one seed.
 * The same seed gives the same run, to the last packet.
 */
@NullMarked
package dev.namewell.core.sim;

import org.jspecify.annotations.NullMarked;
