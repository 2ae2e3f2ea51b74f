package dev.namewell.core.rootzone;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.dns.Rrset;
import dev.namewell.core.records.RrsigRdata;
import dev.namewell.core.wire.Octets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The records of the root zone, all of them. Immutable. */
public final class RootZone {
  /** Serial, refresh, retry, expire and minimum stand at the end of a SOA's rdata. */
  static final int SOA_NUMBERS = 20;

  private final NavigableMap<DnsName, Map<Integer, Rrset>> names = new TreeMap<>();
  private final NavigableMap<DnsName, Rrset> nsecs = new TreeMap<>();
  private final byte[] soaNumbers;

  /**
   * @throws IllegalArgumentException with the reason in words if it cannot be the root zone
   */
  public RootZone(List<Rrset> rrsets) {
    for (Rrset rrset : rrsets) {
      names.computeIfAbsent(rrset.owner(), owner -> new TreeMap<>()).put(rrset.type(), rrset);
      if (rrset.type() == RecordType.NSEC) {
        nsecs.put(rrset.owner(), rrset);
      }
    }
    Rrset soa = rrset(DnsName.ROOT, RecordType.SOA);
    if (soa == null || soa.rdatas().size() != 1 || rrset(DnsName.ROOT, RecordType.NS) == null) {
      throw new IllegalArgumentException("has not one SOA record and name servers at the root");
    }
    byte[] rdata = soa.rdatas().getFirst();
    soaNumbers = Arrays.copyOfRange(rdata, rdata.length - SOA_NUMBERS, rdata.length);
  }

  /** An RRset, or null. */
  public @Nullable Rrset rrset(DnsName owner, int type) {
    Map<Integer, Rrset> here = names.get(owner);
    return here == null ? null : here.get(type);
  }

  public Rrset soa() {
    Rrset soa = rrset(DnsName.ROOT, RecordType.SOA);
    if (soa == null) {
      throw new IllegalStateException("checked when made");
    }
    return soa;
  }

  /** False if neither this name nor any below it has records. */
  public boolean exists(DnsName name) {
    DnsName next = names.ceilingKey(name);
    return next != null && next.isWithin(name);
  }

  /** The NSEC record at a name or before it; null if there are none. */
  public @Nullable Rrset nsec(DnsName name) {
    Map.Entry<DnsName, Rrset> before = nsecs.floorEntry(name);
    return before == null ? null : before.getValue();
  }

  public boolean isSigned() {
    return rrset(DnsName.ROOT, RecordType.DNSKEY) != null;
  }

  public long serial() {
    return Octets.u32(soaNumbers, 0);
  }

  public long refreshSeconds() {
    return Octets.u32(soaNumbers, 4);
  }

  public long retrySeconds() {
    return Octets.u32(soaNumbers, 8);
  }

  public long expireSeconds() {
    return Octets.u32(soaNumbers, 12);
  }

  /** TTL of denials (RFC 2308 §5). */
  public int denialSeconds() {
    return (int) Math.min(soa().ttlSeconds(), Octets.u32(soaNumbers, 16));
  }

  /** Seconds until its first signature over the SOA expires; a very large number without any. */
  public long signedForSeconds(long nowSeconds) {
    long least = Integer.MAX_VALUE;
    for (byte[] rdata : soa().signatures()) {
      RrsigRdata rrsig = RrsigRdata.parse(rdata);
      least = rrsig == null ? least : Math.min(least, rrsig.secondsLeft(nowSeconds));
    }
    return least;
  }

  /** Owners and, by type, what they have: both in canonical order (RFC 4034 §6). */
  NavigableMap<DnsName, Map<Integer, Rrset>> names() {
    return names;
  }

  /** For people. */
  @Override
  public String toString() {
    return "root zone " + serial();
  }
}
