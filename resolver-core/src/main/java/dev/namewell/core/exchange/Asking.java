package dev.namewell.core.exchange;

import org.jspecify.annotations.Nullable;

/** A server being asked. Used by the task that started it only. */
public interface Asking {
  /**
   * What came of it, the same each time; null while it goes on. Does not block, but may send the
   * query once more.
   */
  @Nullable ServerReply poll();

  /**
   * When to poll although no signal was raised, on the clock of {@code Time.nanos}: an exchange may
   * run out of time before the whole does.
   */
  long dueNanos();

  /** Gives up waiting. Does nothing after the end. */
  void close();
}
