@NullMarked
package dev.namewell.server.store;

import org.jspecify.annotations.NullMarked;
