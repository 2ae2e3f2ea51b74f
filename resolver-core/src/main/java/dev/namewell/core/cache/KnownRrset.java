package dev.namewell.core.cache;

import dev.namewell.core.dns.Rcode;
import dev.namewell.core.dns.Rrset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the authoritative servers of a name said about one type, or, as NXDOMAIN, about the name.
 *
 * @param rcode NOERROR, NXDOMAIN or YXDOMAIN
 * @param rrset null for NXDOMAIN and NODATA (RFC 2308 §2), and for YXDOMAIN
 * @param authority SOA and denial records of a negative answer; behind a positive one the denial
 *     that proves its wildcard; for YXDOMAIN the DNAME
 * @param storedNanos when its TTLs began to run
 * @param endNanos when the first of them is over
 */
public record KnownRrset(
    int rcode, @Nullable Rrset rrset, List<Rrset> authority, long storedNanos, long endNanos) {
  private static final long SECOND = 1_000_000_000L;

  public KnownRrset {
    authority = List.copyOf(authority);
  }

  public boolean isNegative() {
    return rrset == null;
  }

  public boolean isNxdomain() {
    return rcode == Rcode.NXDOMAIN;
  }

  /** The least TTL that is left, in whole seconds. */
  public int ttlSeconds(long nowNanos) {
    return (int) Math.max(0, (endNanos - nowNanos + SECOND - 1) / SECOND);
  }

  /** An RRset of this entry with the TTL that it has left. */
  public Rrset aged(Rrset part, long nowNanos) {
    long age = Math.max(0, nowNanos - storedNanos) / SECOND;
    return part.withTtl((int) Math.max(0, part.ttlSeconds() - age));
  }

  int octets() {
    int octets = rrset == null ? 0 : rrset.octets();
    for (Rrset part : authority) {
      octets += part.octets();
    }
    return octets;
  }
}
