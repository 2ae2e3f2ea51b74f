package dev.namewell.core.policy;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Rcode;
import dev.namewell.core.dns.RecordClass;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.wire.LocalAnswer;
import dev.namewell.core.wire.Octets;
import dev.namewell.core.wire.Query;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A zone that is served here and has next to nothing in it (RFC 6303 §3): SOA and NS at its apex,
 * perhaps a few records, else NODATA at the apex and NXDOMAIN below.
 */
final class LocalZone {
  private static final int TTL = 10800;
  private static final DnsName RNAME = DnsName.parse("nobody.invalid.");

  /** Refresh, retry, expire as RFC 6303 §3 gives them. */
  private static final int[] SOA_NUMBERS = {1, 3600, 1200, 604800, TTL};

  /** Marks a domain that a route resolves. */
  static final LocalZone ELSEWHERE = new LocalZone(DnsName.ROOT, Map.of(), Shape.EMPTY);

  /** Which names exist in the zone. */
  enum Shape {
    /** The apex only. */
    EMPTY,
    /**
     * Every name has the zone's records, but for SOA and NS ({@code localhost.}, RFC 6761 §6.3).
     */
    ALL_NAMES_ALIKE
  }

  private final Shape shape;
  private final int apexLength;
  private final Map<Integer, Verdict> records;
  private final Verdict noData;
  private final Verdict nxDomain;

  /**
   * @param rdata records at the apex by type, beyond SOA and NS
   */
  LocalZone(DnsName apex, Map<Integer, byte[]> rdata, Shape shape) {
    this.shape = shape;
    apexLength = apex.length();
    byte[] soa = soa(apex);
    noData = negative(apex, soa, Rcode.NOERROR);
    nxDomain = negative(apex, soa, Rcode.NXDOMAIN);
    records = new HashMap<>();
    records.put(RecordType.SOA, positive(RecordType.SOA, soa));
    records.put(RecordType.NS, positive(RecordType.NS, apex.wire()));
    rdata.forEach((type, octets) -> records.put(type, positive(type, octets)));
  }

  /** Null where the question belongs to the parent zone: DS at the apex (RFC 4035 §3.1.4.1). */
  @Nullable Verdict decide(Query query) {
    boolean apex = query.nameLength() == apexLength;
    if (apex && query.type() == RecordType.DS) {
      return null;
    }
    if (!apex && shape == Shape.EMPTY) {
      return nxDomain;
    }
    boolean ofApex = query.type() == RecordType.SOA || query.type() == RecordType.NS;
    Verdict known = apex || !ofApex ? records.get(query.type()) : null;
    return known == null ? noData : known;
  }

  /** The answer to DS for a name of this zone that is the apex of another one served here. */
  Verdict noDelegation() {
    return noData;
  }

  private static Verdict positive(int type, byte[] rdata) {
    return new Verdict.Local(
        new LocalAnswer.Builder().answer(type, RecordClass.IN, TTL, rdata).build(Rcode.NOERROR));
  }

  private static Verdict negative(DnsName apex, byte[] soa, int rcode) {
    return new Verdict.Local(
        new LocalAnswer.Builder()
            .authority(apex, RecordType.SOA, RecordClass.IN, TTL, soa)
            .build(rcode));
  }

  private static byte[] soa(DnsName apex) {
    byte[] soa = new byte[apex.length() + RNAME.length() + 4 * SOA_NUMBERS.length];
    int at = RNAME.copyTo(soa, apex.copyTo(soa, 0));
    for (int number : SOA_NUMBERS) {
      Octets.put32(soa, at, number);
      at += 4;
    }
    return soa;
  }
}
