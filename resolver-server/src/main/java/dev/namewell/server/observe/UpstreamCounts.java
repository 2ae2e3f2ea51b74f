package dev.namewell.server.observe;

import dev.namewell.core.dns.Transport;
import dev.namewell.core.port.Events.ExchangeEnd;
import dev.namewell.core.port.Events.UpstreamState;
import java.util.concurrent.atomic.AtomicLongArray;

/** Counts of exchanges with one upstream. Thread-safe; misses are too few to contend. */
final class UpstreamCounts {
  private static final int ENDS = ExchangeEnd.values().length;

  private final AtomicLongArray ends = new AtomicLongArray(Transport.values().length * ENDS);
  private final AtomicLongArray buckets = new AtomicLongArray(LatencyBuckets.COUNT + 1);
  private volatile UpstreamState state = UpstreamState.WORKING;

  void exchanged(Transport transport, ExchangeEnd end, long nanos) {
    ends.incrementAndGet(transport.ordinal() * ENDS + end.ordinal());
    if (isResponse(end)) {
      buckets.incrementAndGet(LatencyBuckets.of(nanos));
      buckets.addAndGet(LatencyBuckets.COUNT, nanos);
    }
  }

  private static boolean isResponse(ExchangeEnd end) {
    return switch (end) {
      case ANSWERED, SERVFAIL, REFUSED, OTHER_RCODE -> true;
      case TIMEOUT, UNREACHABLE, GARBLED, MISMATCH, OVERLOADED -> false;
    };
  }

  void changed(UpstreamState to) {
    state = to;
  }

  UpstreamState state() {
    return state;
  }

  long count(Transport transport, ExchangeEnd end) {
    return ends.get(transport.ordinal() * ENDS + end.ordinal());
  }

  /** Responses by latency bucket, not cumulated. */
  long[] latency() {
    long[] counts = new long[LatencyBuckets.COUNT];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = buckets.get(i);
    }
    return counts;
  }

  long latencySumNanos() {
    return buckets.get(LatencyBuckets.COUNT);
  }
}
