package dev.namewell.core.port;

import org.jspecify.annotations.Nullable;

/** An exchange on its way. Used by the task that started it only. */
public interface Pending {
  /**
   * What the exchange brought, the same each time; null while it is still on its way. Does not
   * block. Once the time of the exchange is over this is a result in any case.
   */
  @Nullable ExchangeResult poll();

  /**
   * Gives up waiting and frees what the exchange holds; a response that comes later is no mismatch.
   * Does nothing after the end.
   */
  void close();
}
