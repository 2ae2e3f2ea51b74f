/** Tests of trust anchors over time. */
@NullMarked
package dev.namewell.core.validate.anchor;

import org.jspecify.annotations.NullMarked;
