/** What the resolver talks about: names, questions, answers. Depends on the JDK only. */
@NullMarked
package dev.namewell.core.dns;

import org.jspecify.annotations.NullMarked;
