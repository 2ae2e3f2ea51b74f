package dev.namewell.core.sim;

import dev.namewell.core.port.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;

/** The clocks of the simulation. The monotonic one may start anywhere, and overflow on its way. */
public final class SimulatedTime implements Time {
  public static final Instant BEGINNING = Instant.parse("2026-03-01T00:00:00Z");

  /** Near enough to the overflow that a run of minutes passes it. */
  private static final long BEFORE_OVERFLOW = Long.MAX_VALUE - 60_000_000_000L;

  private final SimulatedTasks tasks;
  private final long origin;
  private Duration wrong = Duration.ZERO;

  public SimulatedTime(SimulatedTasks tasks, long seed) {
    this.tasks = tasks;
    long[] origins = {0, -30_000_000_000L, Long.MIN_VALUE, BEFORE_OVERFLOW, 86_400_000_000_000L};
    origin = origins[new SplittableRandom(seed).nextInt(origins.length)];
  }

  @Override
  public long nanos() {
    return origin + tasks.elapsedNanos();
  }

  @Override
  public Instant wallClock() {
    return truth().plus(wrong);
  }

  /** What the wall clock would show if it were right. */
  public Instant truth() {
    return BEGINNING.plusNanos(tasks.elapsedNanos());
  }

  /** From now on the wall clock is wrong by so much. */
  public void set(Duration ahead) {
    wrong = ahead;
  }
}
