/** Listeners, tested over real sockets on loopback and in network namespaces. */
@NullMarked
package dev.namewell.server.listen;

import org.jspecify.annotations.NullMarked;
