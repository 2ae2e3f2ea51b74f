/** Running resolutions, their budgets, routing and alias chasing. */
@NullMarked
package dev.namewell.core.resolve;

import org.jspecify.annotations.NullMarked;
