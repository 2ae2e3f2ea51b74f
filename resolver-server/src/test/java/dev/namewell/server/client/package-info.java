/** Tests of the small DNS client. */
@NullMarked
package dev.namewell.server.client;

import org.jspecify.annotations.NullMarked;
