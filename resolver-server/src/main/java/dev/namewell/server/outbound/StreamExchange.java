package dev.namewell.server.outbound;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A query for a stream and the thread that waits; tried on one connection, at most on two. */
final class StreamExchange {
  final byte[] query;
  final int questionEnd;
  private final Thread waiter = Thread.currentThread();
  private long receivedNanos;
  private @Nullable StreamConnection answeredBy;
  private volatile byte @Nullable [] response;

  StreamExchange(byte[] query) {
    this.query = query;
    this.questionEnd = Matching.questionEnd(query);
  }

  boolean accepts(byte[] message) {
    return Matching.repeatsQuestion(query, questionEnd, message)
        || Matching.isErrorWithoutQuestion(message);
  }

  /** On the event loop. */
  void answered(byte[] message, StreamConnection by, long nanos) {
    receivedNanos = nanos;
    answeredBy = by;
    response = message;
    wake();
  }

  void wake() {
    LockSupport.unpark(waiter);
  }

  byte @Nullable [] response() {
    return response;
  }

  /** Null as long as there is no response. */
  @Nullable StreamConnection answeredBy() {
    return answeredBy;
  }

  long receivedNanos() {
    return receivedNanos;
  }

  /** A try on one connection. */
  static final class Attempt {
    final StreamExchange exchange;
    final StreamConnection connection;
    final long startNanos;
    private final int mismatchesBefore;
    private volatile @Nullable Loss loss;

    Attempt(StreamExchange exchange, StreamConnection connection, long startNanos) {
      this.exchange = exchange;
      this.connection = connection;
      this.startNanos = startNanos;
      this.mismatchesBefore = connection.mismatches();
    }

    /** The connection ended without a response. */
    void lost(Loss what) {
      loss = what;
      exchange.wake();
    }

    @Nullable Loss loss() {
      return loss;
    }

    int mismatches() {
      return connection.mismatches() - mismatchesBefore;
    }
  }

  /**
   * How a connection ended.
   *
   * @param mayRetry the server took the connection once, so that another may do better
   */
  record Loss(String why, boolean mayRetry) {}
}
