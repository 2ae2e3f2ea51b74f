package dev.namewell.server.outbound;

import dev.namewell.core.port.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/** The real clock, moved forward by tests that cannot wait. */
final class ShiftedTime implements Time {
  private final AtomicLong aheadNanos = new AtomicLong();

  void advance(Duration by) {
    aheadNanos.addAndGet(by.toNanos());
  }

  @Override
  public long nanos() {
    return System.nanoTime() + aheadNanos.get();
  }

  @Override
  public Instant wallClock() {
    return Instant.now().plusNanos(aheadNanos.get());
  }
}
