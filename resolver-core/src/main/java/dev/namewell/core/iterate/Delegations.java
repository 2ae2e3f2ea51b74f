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
 * The zone cuts learned from referrals. A delegation lives as long as its parent said and is
 * replaced only by the parent's next referral, so that no child can outlive its lease (ghost
 * domains). Thread-safe; outlives configurations.
 */
public final class Delegations {
  private static final int MAX_ZONES = 50_000;

  /** Longer leases would keep a zone on servers that its parent has left long ago. */
  private static final long MOST_NANOS = Duration.ofDays(1).toNanos();

  /** Shorter ones would have each question begin at the parent again. */
  private static final long LEAST_NANOS = Duration.ofSeconds(5).toNanos();

  private final ExpiringMap<DnsName, Delegation> learned;

  /**
   * @param maintenance runs housekeeping
   */
  public Delegations(Executor maintenance) {
    learned = new ExpiringMap<>(MAX_ZONES, (zone, delegation) -> 1, maintenance);
  }

  /**
   * The deepest zone known that a name is within.
   *
   * @param configured stub zones and the root hints, which are not learned; the root is there
   */
  Delegation closest(DnsName name, Map<DnsName, Delegation> configured, long nowNanos) {
    for (DnsName zone = name; ; zone = zone.parent()) {
      Delegation fixed = zone.isRoot() ? null : configured.get(zone);
      Delegation found = fixed == null ? learned.find(zone, nowNanos) : fixed;
      if (found != null) {
        return found;
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
    return learned.find(zone, nowNanos);
  }

  void learn(Delegation delegation, int ttlSeconds, long nowNanos) {
    long lease = Duration.ofSeconds(ttlSeconds).toNanos();
    learned.put(
        delegation.zone(), delegation, nowNanos + Math.clamp(lease, LEAST_NANOS, MOST_NANOS));
  }

  /** Forgets every zone within {@code apex}. */
  public void flush(DnsName apex) {
    learned.removeIf(zone -> zone.isWithin(apex));
  }

  /** Shows each zone and the names of its servers, in no order. */
  public void forEach(long nowNanos, BiConsumer<DnsName, List<NameServer>> visitor) {
    learned.forEach(nowNanos, (zone, delegation) -> visitor.accept(zone, delegation.servers()));
  }
}
