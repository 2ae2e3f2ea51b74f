/** Kinds of values: how their text is read and written, and what is allowed. */
@NullMarked
package dev.namewell.server.config.value;

import org.jspecify.annotations.NullMarked;
