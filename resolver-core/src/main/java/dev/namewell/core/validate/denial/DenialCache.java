package dev.namewell.core.validate.denial;

import dev.namewell.core.cache.ExpiringMap;
import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Question;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.dns.Rrset;
import dev.namewell.core.resolve.Budget;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Verified denials and wildcards by zone, from which answers are made for names that were never
 * asked for (RFC 8198). Thread-safe.
 */
public final class DenialCache {
  /** One zone may take so much of the whole: random names below it must not evict all others. */
  private static final int ZONE_SHARE = 8;

  private final ExpiringMap<DnsName, DeniedZone> zones;
  private final long zoneOctets;

  /**
   * @param sizeBytes upper bound
   * @param maintenance runs housekeeping
   */
  public DenialCache(long sizeBytes, Executor maintenance) {
    zones = new ExpiringMap<>(sizeBytes, (apex, zone) -> zone.octets(), maintenance);
    zoneOctets = sizeBytes / ZONE_SHARE;
  }

  /**
   * Takes in what has been verified in one answer: SOA, NSEC and NSEC3 records, others are passed
   * over.
   *
   * @param zone apex of the zone that has signed it
   */
  public void learn(DnsName zone, List<Rrset> verified, long nowNanos) {
    boolean useful =
        verified.stream()
            .anyMatch(each -> each.type() == RecordType.NSEC || each.type() == RecordType.NSEC3);
    if (useful) {
      change(zone, known -> known.learn(verified, nowNanos), nowNanos);
    }
  }

  /**
   * Takes in an RRset that was made from a wildcard.
   *
   * @param encloser the name below which the wildcard stands
   */
  public void learnWildcard(DnsName zone, DnsName encloser, Rrset verified, long nowNanos) {
    change(zone, known -> known.learnWildcard(encloser, verified, nowNanos), nowNanos);
  }

  /**
   * The zone is put back each time, for it weighs more now; at one go, so that what was known
   * before a flush does not come back after it.
   */
  private void change(DnsName zone, Consumer<DeniedZone> what, long nowNanos) {
    zones.compute(
        zone,
        nowNanos,
        before -> {
          DeniedZone known = before == null ? new DeniedZone(zone, zoneOctets) : before;
          what.accept(known);
          return known;
        },
        nowNanos + DeniedZone.MOST_SECONDS * DeniedZone.SECOND);
  }

  /**
   * An answer from the closest zone above a name of which something is known; null if that does not
   * suffice.
   *
   * @param within zones above this one are not looked at
   */
  public @Nullable Synthesised find(
      Question question, DnsName within, Budget budget, long nowNanos) {
    for (DnsName apex = question.name(); apex.isWithin(within); apex = apex.parent()) {
      DeniedZone zone = zones.find(apex, nowNanos);
      if (zone != null) {
        return zone.find(question, budget, nowNanos);
      }
      if (apex.isRoot()) {
        return null;
      }
    }
    return null;
  }

  /**
   * Forgets what the closest zone that is known says, if that answers the question. Otherwise the
   * zone is not concerned: the name may be in another one below it.
   */
  public void forget(Question question, Budget budget, long nowNanos) {
    for (DnsName apex = question.name(); ; apex = apex.parent()) {
      DeniedZone zone = zones.find(apex, nowNanos);
      if (zone != null && zone.find(question, budget, nowNanos) != null) {
        zones.remove(apex);
      }
      if (zone != null || apex.isRoot()) {
        return;
      }
    }
  }

  /** Forgets whatever could deny a name, or with {@code subtree} any name within it. */
  public void flush(DnsName name, boolean subtree) {
    zones.removeIf(apex -> name.isWithin(apex) || (subtree && apex.isWithin(name)));
  }
}
