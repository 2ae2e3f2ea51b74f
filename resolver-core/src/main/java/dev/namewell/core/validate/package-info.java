/** Proves answers: DNSSEC validation from the trust anchors down (RFC 4033, 4034, 4035, 6840). */
@NullMarked
package dev.namewell.core.validate;

import org.jspecify.annotations.NullMarked;
