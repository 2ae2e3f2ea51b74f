package dev.namewell.core.engine;

import dev.namewell.core.dns.Client;

/** The one door for listeners. Confined to one event loop; never blocks. */
public interface QueryHandler {
  /**
   * Answers at once or later, or drops.
   *
   * @param query the datagram or the message of a stream, from index 0; may be reused by the caller
   *     when this returns
   * @param nanos when it was received, as {@code Time.nanos}
   */
  void handle(byte[] query, int length, Client client, ReplySink sink, long nanos);
}
