package dev.namewell.core.cache;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Question;
import dev.namewell.core.dns.Rcode;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.dns.Rrset;
import dev.namewell.core.settings.CacheSettings;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * RRsets and denials that came in answers of authoritative servers, for everything that resolves
 * from the root: aliases, addresses of name servers, keys. Glue and other data of lower rank (RFC
 * 2181 §5.4.1) never get here. Thread-safe.
 */
public final class RrsetCache {
  /** An entry's objects beyond its octets. */
  private static final int OVERHEAD = 300;

  /** No RR TYPE: under it stands that the name does not exist. */
  private static final int WHOLE_NAME = 0;

  private static final long SECOND = 1_000_000_000L;

  private final ExpiringMap<Key, KnownRrset> entries;
  private volatile CacheSettings settings;

  private record Key(DnsName name, int type, int recordClass) {}

  /**
   * @param sizeBytes upper bound
   * @param maintenance runs housekeeping
   */
  public RrsetCache(long sizeBytes, CacheSettings settings, Executor maintenance) {
    this.settings = settings;
    this.entries =
        new ExpiringMap<>(sizeBytes, (key, entry) -> entry.octets() + OVERHEAD, maintenance);
  }

  /** From now on new entries are bounded by these TTLs. */
  public void apply(CacheSettings changed) {
    settings = changed;
  }

  /** What is known about a name and type: data, NODATA, or that the name does not exist. */
  public @Nullable KnownRrset find(DnsName name, int type, int recordClass, long nowNanos) {
    KnownRrset data = entries.find(new Key(name, type, recordClass), nowNanos);
    return data != null ? data : entries.find(new Key(name, WHOLE_NAME, recordClass), nowNanos);
  }

  /** The denial of a name itself, whatever the type. */
  public @Nullable KnownRrset findNxdomain(DnsName name, int recordClass, long nowNanos) {
    return entries.find(new Key(name, WHOLE_NAME, recordClass), nowNanos);
  }

  /** Keeps an RRset; returned even if its TTL is zero and it is good for this question only. */
  public KnownRrset put(Rrset rrset, List<Rrset> authority, long nowNanos) {
    int ttl = bounded(rrset.ttlSeconds(), settings.maxTtl().toSeconds());
    Rrset bounded = rrset.withTtl(ttl);
    KnownRrset entry =
        new KnownRrset(Rcode.NOERROR, bounded, authority, nowNanos, nowNanos + ttl * SECOND);
    return keep(new Key(rrset.owner(), rrset.type(), rrset.recordClass()), entry, ttl);
  }

  /**
   * Keeps a denial (RFC 2308 §5).
   *
   * @param rcode NXDOMAIN: of the name; NOERROR and YXDOMAIN: of this type at the name
   */
  public KnownRrset putDenial(
      Question denied, int rcode, int ttlSeconds, List<Rrset> authority, long nowNanos) {
    int ttl = bounded(ttlSeconds, settings.maxNegativeTtl().toSeconds());
    List<Rrset> kept = authority.stream().map(part -> part.withTtl(ttl)).toList();
    KnownRrset entry = new KnownRrset(rcode, null, kept, nowNanos, nowNanos + ttl * SECOND);
    int as = rcode == Rcode.NXDOMAIN ? WHOLE_NAME : denied.type();
    return keep(new Key(denied.name(), as, denied.recordClass()), entry, ttl);
  }

  private int bounded(int ttlSeconds, long most) {
    return (int) Math.min(Math.max(ttlSeconds, settings.minTtl().toSeconds()), most);
  }

  private KnownRrset keep(Key key, KnownRrset entry, int ttl) {
    if (ttl > 0) {
      entries.put(key, entry, entry.endNanos());
    }
    return entry;
  }

  /** Forgets one RRset or its denial, and whatever else stands in for it. */
  public void forget(DnsName name, int type, int recordClass) {
    entries.remove(new Key(name, type, recordClass));
    entries.remove(new Key(name, RecordType.CNAME, recordClass));
    entries.remove(new Key(name, WHOLE_NAME, recordClass));
  }

  /** Forgets a name, or with {@code subtree} all names within it. */
  public void flush(DnsName name, boolean subtree) {
    entries.removeIf(key -> subtree ? key.name().isWithin(name) : key.name().equals(name));
  }

  public void flush() {
    entries.clear();
  }
}
