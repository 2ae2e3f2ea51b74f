/** The outside world as interfaces: everything the core may know of it. */
@NullMarked
package dev.namewell.core.port;

import org.jspecify.annotations.NullMarked;
