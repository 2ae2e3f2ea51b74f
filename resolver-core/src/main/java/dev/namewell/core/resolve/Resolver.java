package dev.namewell.core.resolve;

import dev.namewell.core.dns.Outcome;
import dev.namewell.core.dns.Question;

/** One way of finding an answer. Blocks, so it runs on a task; thread-safe. */
public interface Resolver {
  /** Never throws for trouble on the network: that is a {@code Failure}. */
  Outcome resolve(Question question, Budget budget);
}
