package dev.namewell.core.validate.anchor;

import dev.namewell.core.port.Events;
import dev.namewell.core.port.Time;
import dev.namewell.core.records.RrsigRdata;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Whether the wall clock can be believed. A machine without a battery begins in 1970, or where it
 * ended; then signatures look wrong until the clock is set, for which names have to be resolved.
 * The clock is not trusted while it shows a time long before keys were proved the last time, or
 * while the signed keys of a trust anchor's zone belong to another time and those of none to its
 * own. Thread-safe.
 */
public final class ClockTrust {
  /** Signatures that end before this release are of no use. */
  private static final Instant RELEASED = Instant.parse("2026-01-01T00:00:00Z");

  /**
   * A time that was kept may have been wrong itself, by as much as signatures of keys are valid.
   */
  private static final Duration TOLERANCE = Duration.ofDays(30);

  /** As much as the validity of signatures is stretched. */
  private static final Duration SKEW = Duration.ofDays(1);

  /** Signatures that begin so long after what is known are of no time at all. */
  private static final Duration FUTURE = Duration.ofDays(20 * 365);

  /** A wall clock that goes so much faster or slower than time was set. */
  private static final Duration SET = Duration.ofHours(1);

  private final Time time;
  private final Events events;
  private final Instant kept;

  /** A time that is over, by a signature of a trusted key. */
  private volatile Instant over = Instant.EPOCH;

  private volatile boolean expired;

  /** When keys were proved by this clock, on the clock that cannot be set; null: not yet. */
  private volatile @Nullable Moment confirmed;

  private volatile boolean told;

  private record Moment(Instant wall, long nanos) {}

  /**
   * @param memory has the times at which keys were proved
   */
  public ClockTrust(AnchorMemory memory, Time time, Events events) {
    this.time = time;
    this.events = events;
    this.kept = memory.latest();
  }

  /** Changes with the clock, so that it is to be asked anew each time. */
  public boolean isTrusted() {
    Instant now = time.wallClock();
    boolean late = now.plus(TOLERANCE).isBefore(kept);
    boolean trusted = !late && (isConfirmed(now) || (!expired && !now.plus(SKEW).isBefore(over)));
    if (trusted == told) {
      told = !trusted;
      events.trust(
          trusted
              ? "the clock is right now: signatures are judged by it"
              : "the clock shows " + now + ", which is wrong: nothing is taken for proved");
    }
    return trusted;
  }

  private boolean isConfirmed(Instant now) {
    Moment then = confirmed;
    return then != null
        && Duration.between(then.wall(), now)
                .minusNanos(time.nanos() - then.nanos())
                .abs()
                .compareTo(SET)
            < 0;
  }

  /** The keys of a trust anchor's zone are valid by the clock. */
  public void confirm() {
    confirmed = new Moment(time.wallClock(), time.nanos());
    expired = false;
  }

  /**
   * The keys of a trust anchor's zone are signed by a trusted key, but for another time: one to
   * come, so that the clock is late, or one that is over, which may be a replay. Of no account if
   * others are valid by the clock.
   */
  public void contradict(RrsigRdata signature) {
    Instant now = time.wallClock();
    int ahead = -signature.secondsValid(now.getEpochSecond());
    if (isConfirmed(now)) {
      return;
    }
    if (ahead > SKEW.toSeconds()) {
      Instant begins = now.plusSeconds(ahead);
      over = begins.isAfter(over) ? begins : over;
    } else if (signature.secondsLeft(now.getEpochSecond()) < -SKEW.toSeconds()) {
      expired = true;
    }
  }

  /**
   * True if the clock may be late enough for a signature to have begun. Even keys that are valid by
   * it say no more than that it is not late by all of their validity.
   */
  public boolean mayBeBehind(RrsigRdata signature) {
    return -signature.secondsValid(time.wallClock().getEpochSecond()) <= TOLERANCE.toSeconds();
  }

  /** True if a signature may be valid at some time that is not known to be over. */
  public boolean isPlausible(RrsigRdata signature) {
    Instant known = over.isAfter(kept) ? over : kept;
    Instant least = known.isAfter(RELEASED) ? known : RELEASED;
    long seconds = least.getEpochSecond();
    return signature.secondsLeft(seconds) > -TOLERANCE.toSeconds()
        && -signature.secondsValid(seconds) < FUTURE.toSeconds()
        && (int) (signature.expiration() - signature.inception()) >= 0;
  }
}
