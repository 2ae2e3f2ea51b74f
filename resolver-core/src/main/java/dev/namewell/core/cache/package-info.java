/** What is remembered for clients. */
@NullMarked
package dev.namewell.core.cache;

import org.jspecify.annotations.NullMarked;
