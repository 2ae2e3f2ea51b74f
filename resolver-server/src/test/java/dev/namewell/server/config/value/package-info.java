/** Tests of kinds of values. */
@NullMarked
package dev.namewell.server.config.value;

import org.jspecify.annotations.NullMarked;
