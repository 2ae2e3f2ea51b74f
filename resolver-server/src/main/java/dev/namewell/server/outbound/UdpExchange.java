package dev.namewell.server.outbound;

import dev.namewell.core.port.Time;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A query on its way and the thread that waits for its response. */
final class UdpExchange {
  /** The packet as sent, its ID included. */
  final byte[] query;

  final int questionEnd;
  private final Thread waiter = Thread.currentThread();
  private long receivedNanos;
  private volatile byte @Nullable [] response;
  private volatile @Nullable String refusal;

  UdpExchange(byte[] query, int questionEnd) {
    this.query = query;
    this.questionEnd = questionEnd;
  }

  /** On the event loop. */
  void answered(byte[] message, long nanos) {
    receivedNanos = nanos;
    response = message;
    LockSupport.unpark(waiter);
  }

  /** On any thread. */
  void refused(String why) {
    refusal = why;
    LockSupport.unpark(waiter);
  }

  /** Waits for either end; on the thread that made this object. */
  void await(Time time, long deadlineNanos) {
    while (response == null && refusal == null) {
      long left = deadlineNanos - time.nanos();
      if (left <= 0) {
        return;
      }
      LockSupport.parkNanos(this, left);
      if (waiter.isInterrupted()) {
        refusal = NettyExchange.STOPPING;
      }
    }
  }

  byte @Nullable [] response() {
    return response;
  }

  @Nullable String refusal() {
    return refusal;
  }

  long receivedNanos() {
    return receivedNanos;
  }
}
