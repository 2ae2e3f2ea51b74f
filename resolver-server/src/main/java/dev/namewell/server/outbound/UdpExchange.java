package dev.namewell.server.outbound;

import dev.namewell.core.port.ExchangeResult;
import dev.namewell.core.port.Pending;
import dev.namewell.core.port.Time;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A query on its way and what came of it. {@link #answered} and {@link #refused} come from
 * elsewhere, everything else is for the one task that asks.
 */
final class UdpExchange implements Pending {
  /** The packet as sent, its ID included. */
  final byte[] query;

  final int questionEnd;
  private final UdpSocket socket;
  private final Time time;
  private final Runnable wake;
  private final Runnable freed;
  private final int mismatchesBefore;
  private final long sentNanos;
  private final long deadlineNanos;
  private long receivedNanos;
  private volatile byte @Nullable [] response;
  private volatile @Nullable String refusal;
  private @Nullable ExchangeResult result;
  private boolean closed;

  /**
   * Who waits for an exchange, and how long.
   *
   * @param wake runs when there is something to poll, on any thread; never blocks
   * @param freed runs once, on the task that asks, when the exchange holds nothing any more
   */
  record Waiting(Time time, long timeoutNanos, Runnable wake, Runnable freed) {}

  /**
   * @param socket is held, and given back at the end
   * @param query is kept, and gets its ID
   */
  UdpExchange(UdpSocket socket, byte[] query, Waiting waiting) {
    this.socket = socket;
    this.query = query;
    this.questionEnd = Matching.questionEnd(query);
    this.time = waiting.time();
    this.wake = waiting.wake();
    this.freed = waiting.freed();
    this.mismatchesBefore = socket.mismatches();
    this.sentNanos = time.nanos();
    this.deadlineNanos = sentNanos + waiting.timeoutNanos();
  }

  /** On the event loop. */
  void answered(byte[] message, long nanos) {
    receivedNanos = nanos;
    response = message;
    wake.run();
  }

  /** On any thread. */
  void refused(String why) {
    refusal = why;
    wake.run();
  }

  @Override
  public @Nullable ExchangeResult poll() {
    if (result == null) {
      result = look();
      if (result != null) {
        close();
      }
    }
    return result;
  }

  private @Nullable ExchangeResult look() {
    byte @Nullable [] message = response;
    if (message != null) {
      long roundTrip = Math.max(0, receivedNanos - sentNanos);
      return new ExchangeResult.Response(
          message, roundTrip, socket.mismatches() - mismatchesBefore);
    }
    String why = refusal;
    if (why != null) {
      return new ExchangeResult.Unreachable(why);
    }
    return time.nanos() - deadlineNanos < 0
        ? null
        : new ExchangeResult.TimedOut(socket.mismatches() - mismatchesBefore);
  }

  /** Blocks until the end; only where {@code wake} unparks the calling thread. */
  ExchangeResult await() {
    ExchangeResult end = poll();
    while (end == null) {
      LockSupport.parkNanos(this, deadlineNanos - time.nanos());
      if (Thread.currentThread().isInterrupted()) {
        refusal = NettyExchange.STOPPING;
      }
      end = poll();
    }
    return end;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      socket.end(this);
      freed.run();
    }
  }
}
