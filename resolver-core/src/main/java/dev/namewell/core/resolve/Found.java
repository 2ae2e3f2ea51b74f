package dev.namewell.core.resolve;

import dev.namewell.core.dns.Answer;
import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Outcome;

/** What one route has for a question. */
public sealed interface Found {
  /** All there is to say, good or bad. */
  record Whole(Outcome outcome) implements Found {}

  /** An alias chain whose end has to be resolved by itself, perhaps by another route. */
  record Aliases(Answer aliases, DnsName target) implements Found {}
}
