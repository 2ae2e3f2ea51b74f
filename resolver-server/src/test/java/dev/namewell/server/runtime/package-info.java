/** The core's ports on the real machine. */
@NullMarked
package dev.namewell.server.runtime;

import org.jspecify.annotations.NullMarked;
