/** Tests of the source tree as a whole. */
@NullMarked
package dev.namewell.core;

import org.jspecify.annotations.NullMarked;
