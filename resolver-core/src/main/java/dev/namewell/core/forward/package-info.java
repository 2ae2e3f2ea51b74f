/** Asks upstreams. */
@NullMarked
package dev.namewell.core.forward;

import org.jspecify.annotations.NullMarked;
