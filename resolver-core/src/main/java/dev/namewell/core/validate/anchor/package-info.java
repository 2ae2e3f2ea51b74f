/** Where chains of trust begin (RFC 5011, RFC 7646). */
@NullMarked
package dev.namewell.core.validate.anchor;

import org.jspecify.annotations.NullMarked;
