package dev.namewell.server.runtime;

import dev.namewell.core.port.Time;
import java.time.Instant;

/** The machine's clocks. */
public final class SystemTime implements Time {
  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public Instant wallClock() {
    return Instant.now();
  }
}
