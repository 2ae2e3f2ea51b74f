package dev.namewell.core.rootzone;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.RecordClass;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.dns.Rrset;
import dev.namewell.core.records.CanonicalRdata;
import dev.namewell.core.wire.Octets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The digest over a whole zone (ZONEMD, RFC 8976). */
final class ZoneDigest {
  private static final int SIMPLE = 1;
  private static final int FIXED = 6;
  private static final int RECORD_FIXED = 10;

  private ZoneDigest() {}

  /** What is wrong with a zone's ZONEMD records, in words; null if one of them is right (§4). */
  static @Nullable String trouble(RootZone zone) {
    Rrset zonemd = zone.rrset(DnsName.ROOT, RecordType.ZONEMD);
    if (zonemd == null) {
      return "there is no ZONEMD record";
    }
    String trouble = "no ZONEMD record is of a kind that is known here";
    for (byte[] rdata : zonemd.rdatas()) {
      String algorithm = rdata.length > FIXED ? algorithm(rdata[5]) : null;
      if (algorithm == null || rdata[4] != SIMPLE) {
        continue;
      }
      if (hasTwin(zonemd, rdata)) {
        trouble = "two ZONEMD records are of the same scheme and hash algorithm";
      } else if (Octets.u32(rdata, 0) != zone.serial()) {
        trouble = "the ZONEMD record is for another serial";
      } else if (MessageDigest.isEqual(
          digest(zone, algorithm), Arrays.copyOfRange(rdata, FIXED, rdata.length))) {
        return null;
      } else {
        trouble = "the digest of the zone is not that of its ZONEMD record";
      }
    }
    return trouble;
  }

  /** Neither of two records of one kind counts (RFC 8976 §4). */
  private static boolean hasTwin(Rrset zonemd, byte[] rdata) {
    return zonemd.rdatas().stream()
            .filter(each -> each.length > 5 && each[4] == rdata[4] && each[5] == rdata[5])
            .count()
        > 1;
  }

  private static @Nullable String algorithm(int hash) {
    return switch (hash) {
      case 1 -> "SHA-384";
      case 2 -> "SHA-512";
      default -> null;
    };
  }

  /** Over all records but the ZONEMD RRset and its signatures, in canonical form (§3.3). */
  private static byte[] digest(RootZone zone, String algorithm) {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has " + algorithm, e);
    }
    zone.names()
        .forEach(
            (owner, rrsets) ->
                records(owner, rrsets).forEach((type, records) -> records.forEach(digest::update)));
    return digest.digest();
  }

  private static Map<Integer, List<byte[]>> records(DnsName owner, Map<Integer, Rrset> rrsets) {
    Map<Integer, List<byte[]>> byType = new TreeMap<>();
    for (Rrset rrset : rrsets.values()) {
      if (rrset.type() == RecordType.ZONEMD && owner.isRoot()) {
        continue;
      }
      List<byte[]> rdatas = new ArrayList<>();
      rrset.rdatas().forEach(rdata -> rdatas.add(CanonicalRdata.of(rrset.type(), rdata)));
      rdatas.sort(Arrays::compareUnsigned);
      rdatas.forEach(rdata -> add(byType, rrset, rrset.type(), rdata));
    }
    List<Rrset> signed = rrsets.values().stream().filter(r -> !r.signatures().isEmpty()).toList();
    record Signature(Rrset rrset, byte[] rdata) {}
    List<Signature> signatures = new ArrayList<>();
    for (Rrset rrset : signed) {
      if (rrset.type() != RecordType.ZONEMD || !owner.isRoot()) {
        rrset.signatures().stream()
            .map(rdata -> CanonicalRdata.of(RecordType.RRSIG, rdata))
            .forEach(rdata -> signatures.add(new Signature(rrset, rdata)));
      }
    }
    signatures.sort((one, other) -> Arrays.compareUnsigned(one.rdata(), other.rdata()));
    signatures.forEach(each -> add(byType, each.rrset(), RecordType.RRSIG, each.rdata()));
    return byType;
  }

  private static void add(Map<Integer, List<byte[]>> to, Rrset rrset, int type, byte[] rdata) {
    DnsName owner = rrset.owner();
    byte[] record = new byte[owner.length() + RECORD_FIXED + rdata.length];
    int at = owner.copyTo(record, 0);
    Octets.put16(record, at, type);
    Octets.put16(record, at + 2, RecordClass.IN);
    Octets.put32(record, at + 4, rrset.ttlSeconds());
    Octets.put16(record, at + 8, rdata.length);
    System.arraycopy(rdata, 0, record, at + RECORD_FIXED, rdata.length);
    to.computeIfAbsent(type, key -> new ArrayList<>()).add(record);
  }
}
