@NullMarked
package dev.namewell.server.observe;

import org.jspecify.annotations.NullMarked;
