/**
 * Denial of existence by NSEC and NSEC3 records that have been verified (RFC 4035 §5.4, RFC 5155).
 */
@NullMarked
package dev.namewell.core.validate.denial;

import org.jspecify.annotations.NullMarked;
