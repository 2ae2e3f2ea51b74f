package dev.namewell.core.port;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Starts tasks, which may block in {@link Task#await}, {@link Signal#await}, {@link #sleep} and
 * {@link Exchange#send} and nowhere else. Virtual threads in production; one at a time in a seeded
 * order in simulation.
 */
public interface Tasks {
  /**
   * Starts a task. Never blocks; may be called on an event loop.
   *
   * @param name what kind of task it is, for thread dumps
   */
  <T extends @Nullable Object> Task<T> start(String name, Callable<T> body);

  /** Blocks the calling task. */
  void sleep(Duration time);

  /** A signal for which only the calling task may wait. */
  Signal signal();

  /**
   * Computes something that takes longer than a cached answer may be delayed, away from the threads
   * that serve queries. Does not block by itself; {@code body} must not either.
   */
  <T extends @Nullable Object> Task<T> compute(Callable<T> body);
}
