package dev.namewell.core.iterate;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Question;
import dev.namewell.core.dns.RecordType;

/** Decides how much of a question a zone's servers get to see (RFC 9156). Used by one walk only. */
final class QnameMinimiser {
  /** Minimised queries for one question (MAX_MINIMISE_COUNT, RFC 9156 §2.3). */
  private static final int MAX_STEPS = 10;

  /** Of these, so many add one label only (MINIMISE_ONE_LAB). */
  private static final int SINGLE_STEPS = 4;

  private final Question question;
  private final DnsName[] suffixes;
  private int shown;
  private int steps;
  private boolean whole;

  /**
   * @param enabled false: the whole question is asked at once
   */
  QnameMinimiser(Question question, boolean enabled) {
    this.question = question;
    this.whole = !enabled;
    int labels = question.name().labelCount();
    suffixes = new DnsName[labels + 1];
    DnsName suffix = question.name();
    for (int i = labels; i >= 0; i--) {
      suffixes[i] = suffix;
      suffix = suffix.parent();
    }
  }

  /** From now on the servers of this zone are asked. */
  void enter(DnsName zone) {
    shown = zone.labelCount();
    advance();
  }

  /** The name asked last exists, as far as one can tell: show more. */
  void advance() {
    int left = suffixes.length - 1 - shown;
    if (left <= 1 || whole || steps >= MAX_STEPS) {
      shown = suffixes.length - 1;
    } else {
      int stepsLeft = MAX_STEPS - steps;
      shown += steps < SINGLE_STEPS ? 1 : Math.max(1, (left + stepsLeft - 1) / stepsLeft);
      steps++;
    }
  }

  /** Hides nothing any more: some server does not stand it. */
  void stop() {
    whole = true;
    shown = suffixes.length - 1;
  }

  boolean isWhole() {
    return shown == suffixes.length - 1;
  }

  /** What to ask now. A hides the type from servers that need not know it (RFC 9156 §2.1). */
  Question next() {
    return isWhole()
        ? question
        : new Question(
            suffixes[shown],
            RecordType.A,
            question.recordClass(),
            question.dnssecOk(),
            question.checkingDisabled());
  }
}
