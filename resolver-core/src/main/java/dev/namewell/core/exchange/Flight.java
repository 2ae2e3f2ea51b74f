package dev.namewell.core.exchange;

import dev.namewell.core.dns.Transport;
import dev.namewell.core.port.Signal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A question on its way to a server, and the tasks that wait for the same. As many as there are may
 * join, which the limit of resolutions bounds: each that asked beside it would be another chance
 * for a forger (RFC 5452 §5). Thread-safe.
 */
final class Flight {
  /** Whoever comes later does better with a packet of his own: this one may be lost. */
  private static final long MAX_AGE_NANOS = Duration.ofSeconds(1).toNanos();

  private final Signal leader;
  private final long startNanos;
  private final List<Signal> joined = new ArrayList<>(0);
  private boolean ended;
  private volatile @Nullable ServerReply reply;
  private volatile boolean abandoned;
  private volatile Transport transport;

  Flight(Signal leader, long startNanos, Transport first) {
    this.leader = leader;
    this.startNanos = startNanos;
    this.transport = first;
  }

  /** False if this flight cannot be waited for: by its own leader least of all. */
  @SuppressWarnings("ReferenceEquality") // the very signal
  synchronized boolean join(Signal arrived, long nowNanos) {
    boolean late = nowNanos - startNanos > MAX_AGE_NANOS;
    if (ended || late || leader == arrived) {
      return false;
    }
    return joined.add(arrived);
  }

  synchronized void leave(Signal arrived) {
    joined.remove(arrived);
  }

  /** The flight is over; without reply, those who joined have to go on themselves. */
  void end(@Nullable ServerReply result, Transport latest) {
    transport = latest;
    reply = result;
    abandoned = result == null;
    for (Signal signal : take()) {
      signal.raise();
    }
  }

  private synchronized List<Signal> take() {
    ended = true;
    List<Signal> taken = List.copyOf(joined);
    joined.clear();
    return taken;
  }

  @Nullable ServerReply reply() {
    return reply;
  }

  /** Of the first query, and once it is over of the latest. */
  Transport transport() {
    return transport;
  }

  boolean isAbandoned() {
    return abandoned;
  }
}
