/** A small DNS client for people and health checks, and the client of the control socket. */
@NullMarked
package dev.namewell.server.client;

import org.jspecify.annotations.NullMarked;
