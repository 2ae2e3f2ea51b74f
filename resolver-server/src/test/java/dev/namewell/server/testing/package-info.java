/** What tests need around them: real servers and clients, ports, and reasons to skip. */
@NullMarked
package dev.namewell.server.testing;

import org.jspecify.annotations.NullMarked;
