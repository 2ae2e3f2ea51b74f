/** A small DNS client for people and health checks. */
@NullMarked
package dev.namewell.server.client;

import org.jspecify.annotations.NullMarked;
