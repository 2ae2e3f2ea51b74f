package dev.namewell.core.port;

import dev.namewell.core.dns.Endpoint;
import dev.namewell.core.dns.Transport;
import java.time.Duration;

/** Sends one query and waits for its response. Thread-safe. */
public interface Exchange {
  /**
   * Blocks the calling task until a matching response came or the time is over. The implementation
   * chooses ID and source port (RFC 5452), takes a response only from the server's address and port
   * with the same ID and question, and keeps waiting when something else arrives.
   *
   * @param transport UDP, or TCP over a reused connection (RFC 7766)
   * @param query a whole query with ID 0; not changed
   */
  ExchangeResult send(Endpoint server, Transport transport, byte[] query, Duration timeout);
}
