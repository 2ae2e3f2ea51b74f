/** Exchanges over real sockets with servers that behave badly. */
@NullMarked
package dev.namewell.server.outbound;

import org.jspecify.annotations.NullMarked;
