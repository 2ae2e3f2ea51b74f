/** Bytes: reads queries and responses, writes replies. Depends on {@code dns} only. */
@NullMarked
package dev.namewell.core.wire;

import org.jspecify.annotations.NullMarked;
