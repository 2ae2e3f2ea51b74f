package dev.namewell.core.iterate;

import dev.namewell.core.cache.ExpiringMap;
import dev.namewell.core.dns.DnsName;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The zone cuts learned from referrals. A delegation lives as long as its parent said, or as its
 * child says if that is shorter, and is replaced only by the parent's next referral, so that no
 * child can outlive its lease (ghost domains). Thread-safe; outlives configurations.
 */
public final class Delegations {
  private static final int MAX_ZONES = 50_000;

  /** Longer leases would keep a zone on servers that its parent has left long ago. */
  private static final long MOST_NANOS = Duration.ofDays(1).toNanos();

  /** Shorter ones would have each question begin at the parent again. */
  private static final long LEAST_NANOS = Duration.ofSeconds(5).toNanos();

  /** No child makes its parent be asked more often. */
  private static final long LEAST_BY_CHILD_NANOS = Duration.ofSeconds(60).toNanos();

  /** The last part of a lease in which a refresh asks the parent again: a tenth. */
  private static final int LAST_PART = 10;

  private final ExpiringMap<DnsName, Lease> learned;

  private record Lease(Delegation delegation, long startNanos, long endNanos) {
    boolean isEnding(long nowNanos) {
      return endNanos - nowNanos <= (endNanos - startNanos) / LAST_PART;
    }
  }

  /**
   * @param maintenance runs housekeeping
   */
  public Delegations(Executor maintenance) {
    learned = new ExpiringMap<>(MAX_ZONES, (zone, lease) -> 1, maintenance);
  }

  /**
   * The deepest zone known that a name is within.
   *
   * @param configured stub zones and the root hints, which are not learned; the root is there
   * @param lasting delegations near their end are passed over
   */
  Delegation closest(
      DnsName name, Map<DnsName, Delegation> configured, boolean lasting, long nowNanos) {
    for (DnsName zone = name; ; zone = zone.parent()) {
      Delegation fixed = zone.isRoot() ? null : configured.get(zone);
      if (fixed != null) {
        return fixed;
      }
      Lease found = learned.find(zone, nowNanos);
      if (found != null && !(lasting && !zone.isRoot() && found.isEnding(nowNanos))) {
        return found.delegation();
      }
      if (zone.isRoot()) {
        Delegation hints = configured.get(DnsName.ROOT);
        if (hints == null) {
          throw new IllegalStateException("no root hints");
        }
        return hints;
      }
    }
  }

  @Nullable Delegation find(DnsName zone, long nowNanos) {
    Lease found = learned.find(zone, nowNanos);
    return found == null ? null : found.delegation();
  }

  void learn(Delegation delegation, int ttlSeconds, long nowNanos) {
    long time = Math.clamp(Duration.ofSeconds(ttlSeconds).toNanos(), LEAST_NANOS, MOST_NANOS);
    put(new Lease(delegation, nowNanos, nowNanos + time));
  }

  /**
   * The zone itself says how long its name servers may be remembered, and knows better than its
   * parent (RFC 2181 §5.4.1). Never prolongs.
   */
  void shorten(DnsName zone, int ttlSeconds, long nowNanos) {
    Lease known = learned.find(zone, nowNanos);
    long time = Math.max(Duration.ofSeconds(ttlSeconds).toNanos(), LEAST_BY_CHILD_NANOS);
    if (known != null && known.endNanos() - (nowNanos + time) > 0) {
      put(new Lease(known.delegation(), known.startNanos(), nowNanos + time));
    }
  }

  private void put(Lease lease) {
    learned.put(lease.delegation().zone(), lease, lease.endNanos());
  }

  /** Forgets every zone within {@code apex}. */
  public void flush(DnsName apex) {
    learned.removeIf(zone -> zone.isWithin(apex));
  }

  /** Shows each zone and the names of its servers, in no order. */
  public void forEach(long nowNanos, BiConsumer<DnsName, List<NameServer>> visitor) {
    learned.forEach(nowNanos, (zone, lease) -> visitor.accept(zone, lease.delegation().servers()));
  }
}
