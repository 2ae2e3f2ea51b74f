package dev.namewell.core.port;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A running task and, later, its result. */
public interface Task<T extends @Nullable Object> {
  /**
   * Waits for the result, at most {@code timeout}. May be called several times, by several tasks.
   */
  Awaited<T> await(Duration timeout);

  /** What waiting brought. */
  sealed interface Awaited<T extends @Nullable Object> {}

  /** The task ended. */
  record Done<T extends @Nullable Object>(T value) implements Awaited<T> {}

  /** The task threw: a defect. */
  record Threw<T extends @Nullable Object>(Throwable defect) implements Awaited<T> {}

  /** Time ran out; the task goes on. */
  record StillRunning<T extends @Nullable Object>() implements Awaited<T> {}
}
