/** A small world for tests of asking and forwarding: virtual time, scripted servers. */
@NullMarked
package dev.namewell.core.fake;

import org.jspecify.annotations.NullMarked;
