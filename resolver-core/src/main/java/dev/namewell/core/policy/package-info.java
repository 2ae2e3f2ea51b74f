/** Who may ask, and what is answered here without asking anyone. */
@NullMarked
package dev.namewell.core.policy;

import org.jspecify.annotations.NullMarked;
