package dev.namewell.core.port;

import java.time.Duration;

/**
 * Wakes the one task that made it, for instance when one of several exchanges ended. Raising it
 * while nobody waits is remembered; raising it twice is as good as once.
 */
public interface Signal {
  /** Wakes the task. Never blocks; on any thread. */
  void raise();

  /**
   * Blocks the task that made this signal until it is raised, at most {@code timeout}, and clears
   * it. What happened before {@link #raise} is visible afterwards.
   *
   * @return false if time ran out (or, at shutdown, the task was interrupted)
   */
  boolean await(Duration timeout);
}
