/** Iterative resolution: from the root hints down to the authoritative servers of a name. */
@NullMarked
package dev.namewell.core.iterate;

import org.jspecify.annotations.NullMarked;
