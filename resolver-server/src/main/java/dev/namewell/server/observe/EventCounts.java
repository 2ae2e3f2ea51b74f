package dev.namewell.server.observe;

import dev.namewell.core.dns.Client;
import dev.namewell.core.dns.Transport;
import dev.namewell.core.port.Events.CacheEvent;
import dev.namewell.core.port.Events.DropReason;
import dev.namewell.core.port.Events.Source;
import dev.namewell.core.wire.Query;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Counts of everything that happens per query, in one array: replies by {@link AnswerLabels},
 * latency buckets and sums by source, drops, cache events. Either one thread writes ({@code own…})
 * without any atomic operation, or several do ({@code share…}); anyone may read.
 */
final class EventCounts {
  private static final VarHandle CELLS = MethodHandles.arrayElementVarHandle(long[].class);

  /** Two cache lines around the counts: processors fetch lines in pairs. */
  private static final int PADDING = 16;

  private static final int SOURCES = Source.values().length;
  private static final int TRANSPORTS = Transport.values().length;

  static final int ANSWERS = PADDING;
  static final int LATENCY = ANSWERS + AnswerLabels.COUNT;
  static final int LATENCY_SUM = LATENCY + SOURCES * LatencyBuckets.COUNT;
  static final int DROPS = LATENCY_SUM + SOURCES;
  static final int CACHE = DROPS + DropReason.values().length * TRANSPORTS;
  static final int LENGTH = CACHE + CacheEvent.values().length + PADDING;

  private final long[] cells = new long[LENGTH];

  static int latency(Source source, int bucket) {
    return LATENCY + source.ordinal() * LatencyBuckets.COUNT + bucket;
  }

  static int latencySum(Source source) {
    return LATENCY_SUM + source.ordinal();
  }

  static int drop(DropReason reason, Transport transport) {
    return DROPS + reason.ordinal() * TRANSPORTS + transport.ordinal();
  }

  static int cache(CacheEvent event) {
    return CACHE + event.ordinal();
  }

  private static int answer(Query query, Client client, int rcode, Source source) {
    int type = query.hasQuestion() ? AnswerLabels.typePlace(query.type()) : AnswerLabels.NO_TYPE;
    return ANSWERS + AnswerLabels.of(client.transport(), type, rcode, source);
  }

  void ownAnswer(Query query, Client client, int rcode, Source source, long nanos) {
    own(answer(query, client, rcode, source), 1);
    own(latency(source, LatencyBuckets.of(nanos)), 1);
    own(latencySum(source), Math.max(0, nanos));
  }

  void shareAnswer(Query query, Client client, int rcode, Source source, long nanos) {
    share(answer(query, client, rcode, source), 1);
    share(latency(source, LatencyBuckets.of(nanos)), 1);
    share(latencySum(source), Math.max(0, nanos));
  }

  /** Adds without atomicity: for the one thread that writes here. */
  void own(int cell, long amount) {
    CELLS.setOpaque(cells, cell, (long) CELLS.get(cells, cell) + amount);
  }

  /** Adds atomically: for any thread. */
  void share(int cell, long amount) {
    CELLS.getAndAdd(cells, cell, amount);
  }

  /** Adds all counts to {@code sums}. */
  void addTo(long[] sums) {
    for (int cell = PADDING; cell < LENGTH - PADDING; cell++) {
      sums[cell] += (long) CELLS.getOpaque(cells, cell);
    }
  }
}
