package dev.namewell.core.engine;

import dev.namewell.core.cache.AnswerCache;
import dev.namewell.core.cache.CachedAnswer;
import dev.namewell.core.cache.LookupKey;
import dev.namewell.core.wire.Query;
import org.jspecify.annotations.Nullable;

/**
 * Queries received together, read one by one and looked up all at once: a look-up is mostly waiting
 * for memory, and a processor waits for several places at the same time if nothing lies between.
 * Confined to one event loop; the objects are used again and again.
 */
final class Expected {
  private final AnswerCache cache;
  private final Reading[] readings = new Reading[QueryHandler.MOST_EXPECTED];
  private int count;
  private int next;

  /** A query, what it is, and the entry for it. */
  static final class Reading {
    final Query query = new Query();
    private final LookupKey key = new LookupKey(query);
    private byte @Nullable [] packet;
    Query.Form form = Query.Form.RUNT;
    @Nullable CachedAnswer found;

    private void read(byte[] from, int length) {
      packet = from;
      form = query.read(from, length);
      found = null;
    }
  }

  Expected(AnswerCache cache) {
    this.cache = cache;
    for (int i = 0; i < readings.length; i++) {
      readings[i] = new Reading();
    }
  }

  /** Reads what is to be handled later. */
  void add(byte[] packet, int length) {
    if (next > 0) {
      count = 0;
      next = 0;
    }
    if (count < readings.length) {
      readings[count++].read(packet, length);
    }
  }

  /** The packet that is handled now: read, and looked up if it is a query. */
  @SuppressWarnings("ReferenceEquality") // the very packet that was announced
  Reading take(byte[] packet, int length) {
    if (next == count || readings[next].packet != packet) {
      count = 0;
      next = 0;
      add(packet, length);
    }
    if (next == 0) {
      lookUp();
    }
    return readings[next++];
  }

  private void lookUp() {
    for (int i = 0; i < count; i++) {
      Reading reading = readings[i];
      if (reading.form == Query.Form.WELL_FORMED) {
        reading.found = cache.find(reading.key);
      }
    }
  }
}
