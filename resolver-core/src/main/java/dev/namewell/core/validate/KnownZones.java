package dev.namewell.core.validate;

import dev.namewell.core.cache.ExpiringMap;
import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.port.Time;
import dev.namewell.core.validate.ZoneStatus.Broken;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What chains of trust came to, by name: the status of the zone that it is the apex of, or else is
 * in. Bounded. Thread-safe.
 */
final class KnownZones {
  private static final int REMEMBERED = 20_000;
  private static final long SECOND = 1_000_000_000L;

  /** For at least and at most so many seconds, whatever the TTLs. */
  static final int LEAST_SECONDS = 5;

  static final int MOST_SECONDS = 86_400;

  private final ExpiringMap<DnsName, ZoneStatus> statuses;
  private final AtomicInteger flushes = new AtomicInteger();
  private final Time time;

  /**
   * @param maintenance runs housekeeping
   */
  KnownZones(Time time, Executor maintenance) {
    this.time = time;
    this.statuses = new ExpiringMap<>(REMEMBERED, (name, status) -> 1, maintenance);
  }

  @Nullable ZoneStatus find(DnsName name) {
    return statuses.find(name, time.nanos());
  }

  /**
   * How often all was forgotten, counted before it goes: what a look-up rests on that began by then
   * counts no more.
   */
  int flushes() {
    return flushes.get();
  }

  /**
   * Keeps a status, unless all was forgotten since its look-up began.
   *
   * @param since {@link #flushes} when it began
   */
  void keep(DnsName name, ZoneStatus status, int seconds, int since) {
    // A limit that one question has reached says nothing of the next.
    boolean open =
        status instanceof Broken broken
            && broken.error().code() == ExtendedError.DNSSEC_INDETERMINATE;
    if (open || since != flushes.get()) {
      return;
    }
    long lasting = Math.clamp(seconds, LEAST_SECONDS, MOST_SECONDS);
    statuses.put(name, status, time.nanos() + lasting * SECOND);
    if (since != flushes.get()) { // meanwhile
      statuses.remove(name);
    }
  }

  /** Forgets everything, what is being looked up included. */
  void flush() {
    flushes.incrementAndGet();
    statuses.clear();
  }

  /** Makes broken chains to a name be looked at again. */
  void retry(DnsName name) {
    for (DnsName at = name; ; at = at.parent()) {
      if (find(at) instanceof Broken) {
        statuses.remove(at);
      }
      if (at.isRoot()) {
        return;
      }
    }
  }
}
