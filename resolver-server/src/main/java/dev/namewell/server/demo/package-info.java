/** A tour without any network: authoritative servers on loopback and a resolver between. */
@NullMarked
package dev.namewell.server.demo;

import org.jspecify.annotations.NullMarked;
