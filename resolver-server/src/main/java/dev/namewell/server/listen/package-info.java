/** Takes queries: UDP and TCP. */
@NullMarked
package dev.namewell.server.listen;

import org.jspecify.annotations.NullMarked;
