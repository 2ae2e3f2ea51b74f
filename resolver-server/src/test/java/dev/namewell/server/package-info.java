/** Tests of the source tree as a whole. */
@NullMarked
package dev.namewell.server;

import org.jspecify.annotations.NullMarked;
