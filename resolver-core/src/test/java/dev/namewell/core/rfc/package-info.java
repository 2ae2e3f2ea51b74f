/** What the RFCs ask of a resolver, stated end to end in virtual time. */
@NullMarked
package dev.namewell.core.rfc;

import org.jspecify.annotations.NullMarked;
