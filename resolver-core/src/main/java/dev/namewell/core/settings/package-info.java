/** Immutable configuration, as the operator means it. */
@NullMarked
package dev.namewell.core.settings;

import org.jspecify.annotations.NullMarked;
