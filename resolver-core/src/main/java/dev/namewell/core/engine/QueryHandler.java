package dev.namewell.core.engine;

import dev.namewell.core.dns.Client;

/** The one door for listeners. Confined to one event loop; never blocks. */
public interface QueryHandler {
  /** Packets that can be expected at once: beyond 64 nothing was gained, nor lost with 32. */
  int MOST_EXPECTED = 64;

  /**
   * Says what will be handled next, in the same order and arrays, which stay unchanged until then.
   * Need not be called: with it the answers to packets received together are looked up together, so
   * that their waits for memory overlap.
   */
  default void expect(byte[] query, int length) {}

  /**
   * Answers at once or later, or drops.
   *
   * @param query the datagram or the message of a stream, from index 0; may be reused by the caller
   *     when this returns
   * @param nanos when it was received, as {@code Time.nanos}
   */
  void handle(byte[] query, int length, Client client, ReplySink sink, long nanos);
}
