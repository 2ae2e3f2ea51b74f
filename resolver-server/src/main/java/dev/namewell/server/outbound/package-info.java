/** Asks servers: UDP sockets and TCP connections to them. */
@NullMarked
package dev.namewell.server.outbound;

import org.jspecify.annotations.NullMarked;
