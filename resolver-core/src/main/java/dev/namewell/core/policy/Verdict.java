package dev.namewell.core.policy;

import dev.namewell.core.wire.LocalAnswer;

/** What becomes of a question before anyone is asked. */
public sealed interface Verdict {
  /** To be resolved. */
  record Allow() implements Verdict {}

  /** Answered here. */
  record Local(LocalAnswer answer) implements Verdict {}
}
