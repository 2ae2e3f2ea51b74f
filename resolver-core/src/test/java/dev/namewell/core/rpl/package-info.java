/** Plays scenarios in the .rpl format of Unbound and Deckard, in virtual time. */
@NullMarked
package dev.namewell.core.rpl;

import org.jspecify.annotations.NullMarked;
