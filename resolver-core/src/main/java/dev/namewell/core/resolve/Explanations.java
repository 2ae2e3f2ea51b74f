package dev.namewell.core.resolve;

import dev.namewell.core.dns.Answer;
import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.dns.Failure;
import dev.namewell.core.dns.Outcome;
import dev.namewell.core.dns.Question;
import dev.namewell.core.port.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How the latest failures, and now and then a success, came about: the answer to "why SERVFAIL?".
 * The number of each stands in the extended error that its client got; of a flood of failures only
 * a few are kept, and the others have no number. Bounded. Thread-safe.
 */
public final class Explanations {
  private static final int FAILURES = 200;
  private static final int SUCCESSES = 100;

  /**
   * Failures of names below one parent, in a second; a flood of them neither drives out what else
   * fails nor costs more memory than a few of them explain.
   */
  private static final int ALIKE = 10;

  private static final Duration ALIKE_FOR = Duration.ofSeconds(1);

  /** One success in so many is kept. */
  private static final int SAMPLE = 64;

  private final Time time;
  private final AtomicLong ids = new AtomicLong();
  private final AtomicLong seen = new AtomicLong();
  private final Deque<Explanation> failures = new ArrayDeque<>();
  private final Deque<Explanation> successes = new ArrayDeque<>();

  /**
   * How one resolution went.
   *
   * @param end what came out, in words
   * @param trail who was asked, and what the proof rests on
   */
  public record Explanation(
      long id, Question question, Instant at, Duration took, String end, Trail trail) {}

  public Explanations(Time time) {
    this.time = time;
  }

  /**
   * Notes a resolution; returns the outcome, a failure with the number of its explanation if it is
   * kept.
   */
  Outcome note(Question question, Outcome outcome, Budget budget) {
    return switch (outcome) {
      case Answer answer -> {
        if (seen.getAndIncrement() % SAMPLE == 0) {
          keep(successes, SUCCESSES, question, answer.gist().toString(), budget);
        }
        yield answer;
      }
      case Failure failure when isOneOfMany(question) -> failure;
      case Failure failure -> {
        ExtendedError error = failure.error();
        long id = keep(failures, FAILURES, question, failure.words(), budget);
        yield new Failure(
            failure.reason(), new ExtendedError(error.code(), "#" + id + " " + error.text()));
      }
    };
  }

  private boolean isOneOfMany(Question question) {
    DnsName name = question.name();
    DnsName parent = name.parent();
    Instant now = time.wallClock();
    Instant since = now.minus(ALIKE_FOR);
    int alike = 0;
    synchronized (failures) {
      for (Explanation each : failures) {
        DnsName other = each.question().name();
        boolean lately = each.at().isAfter(since) && !each.at().isAfter(now);
        if (lately && other.labelCount() == name.labelCount() && other.isWithin(parent)) {
          alike++;
        }
      }
    }
    return alike >= ALIKE;
  }

  private long keep(
      Deque<Explanation> kept, int most, Question question, String end, Budget budget) {
    long id = ids.incrementAndGet();
    Explanation explanation =
        new Explanation(id, question, time.wallClock(), budget.used(), end, budget.trail());
    synchronized (kept) {
      if (kept.size() >= most) {
        kept.removeFirst();
      }
      kept.addLast(explanation);
    }
    return id;
  }

  /** What is kept about a name, newest first. */
  public List<Explanation> about(DnsName name) {
    List<Explanation> found = new ArrayList<>();
    for (Deque<Explanation> kept : List.of(failures, successes)) {
      synchronized (kept) {
        kept.stream().filter(each -> each.question().name().equals(name)).forEach(found::add);
      }
    }
    found.sort((a, b) -> Long.compare(b.id(), a.id()));
    return found;
  }

  /** The latest failures, newest first. */
  public List<Explanation> latestFailures(int most) {
    synchronized (failures) {
      return failures.reversed().stream().limit(most).toList();
    }
  }
}
