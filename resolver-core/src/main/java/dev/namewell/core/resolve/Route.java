package dev.namewell.core.resolve;

import dev.namewell.core.dns.Question;

/**
 * A way to answers for the names of a zone. Unlike a {@link Resolver} it may leave the end of an
 * alias chain to others. Blocks, so it runs on a task; thread-safe.
 */
public interface Route {
  /** Never throws for trouble on the network: that is a {@code Failure}. */
  Found find(Question question, Budget budget);
}
