/** A copy of the root zone on this machine (RFC 8806): its data, its check, its transfer. */
@NullMarked
package dev.namewell.core.rootzone;

import org.jspecify.annotations.NullMarked;
