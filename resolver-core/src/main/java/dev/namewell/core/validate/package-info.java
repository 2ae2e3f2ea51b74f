/** Proves answers: DNSSEC validation from the trust anchors down (RFC 4033, 4034, 4035, 6840). */
@org.jspecify.annotations.NullMarked
package dev.namewell.core.validate;
