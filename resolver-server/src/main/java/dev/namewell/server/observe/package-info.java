/** Counts, logs and shows what happens. */
@NullMarked
package dev.namewell.server.observe;

import org.jspecify.annotations.NullMarked;
