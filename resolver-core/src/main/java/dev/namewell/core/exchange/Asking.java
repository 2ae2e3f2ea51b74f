package dev.namewell.core.exchange;

import dev.namewell.core.dns.Transport;
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

  /** How the latest query went. Of somebody else's that is not over: how that one began. */
  Transport transport();

  /** Gives up waiting. Does nothing after the end. */
  void close();
}
