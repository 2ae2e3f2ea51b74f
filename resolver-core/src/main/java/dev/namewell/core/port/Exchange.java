package dev.namewell.core.port;

import dev.namewell.core.dns.Endpoint;
import dev.namewell.core.dns.Transport;
import java.time.Duration;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

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

  /**
   * What is sent where; the same four things as in {@link #send}.
   *
   * @param query a whole query with ID 0; not changed
   */
  record Outgoing(Endpoint server, Transport transport, byte[] query, Duration timeout) {}

  /**
   * Sends without waiting, so that one task can have several exchanges under way. Implementations
   * should override this at least for UDP: here each exchange blocks a task of its own.
   *
   * @param arrived raised when a result is there; need not be raised when the time is over
   * @param tasks for what must block
   */
  default Pending start(Outgoing outgoing, Signal arrived, Tasks tasks) {
    return new PendingTask(this, outgoing, arrived, tasks);
  }

  /**
   * Sends a query over a TCP connection of its own and hands on every message that comes back with
   * its ID, in their order: a zone transfer (RFC 5936 §2.2). Blocks the calling task.
   *
   * @param outgoing its timeout is for all messages together
   * @param taker called on the calling task; false: it wants no more
   * @return why it ended before the taker wanted no more, in words; null if it did not
   */
  @Nullable String transfer(Outgoing outgoing, Predicate<byte[]> taker);
}
