/** Puts the resolver together: the way of a query from bytes to bytes. */
@NullMarked
package dev.namewell.core.engine;

import org.jspecify.annotations.NullMarked;
