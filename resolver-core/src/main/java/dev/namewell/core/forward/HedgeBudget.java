package dev.namewell.core.forward;

import java.util.concurrent.atomic.AtomicInteger;

/** A token bucket: one extra query for every twenty questions. Thread-safe. */
final class HedgeBudget {
  /** 5 %: by definition as many answers are later than the 95th percentile. */
  private static final int QUESTIONS_PER_HEDGE = 20;

  /** A network that stutters makes several answers late at once. */
  private static final int MAX_SAVED = 10 * QUESTIONS_PER_HEDGE;

  private final AtomicInteger saved = new AtomicInteger();

  /** A question was asked. */
  void earn() {
    if (saved.get() < MAX_SAVED) {
      saved.incrementAndGet();
    }
  }

  /** True if one more query may be sent. */
  boolean spend() {
    if (saved.addAndGet(-QUESTIONS_PER_HEDGE) >= 0) {
      return true;
    }
    saved.addAndGet(QUESTIONS_PER_HEDGE);
    return false;
  }
}
