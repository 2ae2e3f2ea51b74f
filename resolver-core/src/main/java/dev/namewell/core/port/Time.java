package dev.namewell.core.port;

import java.time.Instant;

/** The clocks. Both are virtual in simulation. */
public interface Time {
  /** Monotonic nanoseconds from an arbitrary origin: for every age, timeout and deadline. */
  long nanos();

  /** Wall clock: for signatures, cookies and what is written to disk, nothing else. */
  Instant wallClock();
}
