package dev.namewell.core.records;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.RecordClass;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.dns.Rrset;
import dev.namewell.core.wire.Octets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes RRsets of class IN from the records of a zone, in whatever order they come. */
public final class RrsetGatherer {
  /** Records of one RRset; a zone of delegations has a few dozen at most. */
  private static final int MAX_RECORDS = 256;

  private final Map<Key, Gathered> rrsets = new LinkedHashMap<>();

  private record Key(DnsName owner, int type) {}

  private static final class Gathered {
    private final List<byte[]> rdatas = new ArrayList<>(2);
    private final List<byte[]> signatures = new ArrayList<>(1);
    private int ttl = Integer.MAX_VALUE;
  }

  /**
   * Adds a record.
   *
   * @param rdata uncompressed; kept
   * @throws IllegalArgumentException if an RRset has too many records
   */
  public void add(DnsName owner, int type, int ttlSeconds, byte[] rdata) {
    boolean signature = type == RecordType.RRSIG && rdata.length > 2;
    int of = signature ? Octets.u16(rdata, 0) : type;
    Gathered gathered = rrsets.computeIfAbsent(new Key(owner, of), key -> new Gathered());
    List<byte[]> kept = signature ? gathered.signatures : gathered.rdatas;
    if (kept.size() == MAX_RECORDS) {
      throw new IllegalArgumentException(
          "more than " + MAX_RECORDS + " records of " + owner + " " + RecordType.mnemonic(of));
    }
    if (kept.stream().noneMatch(other -> Arrays.equals(other, rdata))) {
      kept.add(rdata);
    }
    gathered.ttl = Math.min(gathered.ttl, ttlSeconds);
  }

  /** All that was added; signatures over nothing are left out. */
  public List<Rrset> rrsets() {
    List<Rrset> all = new ArrayList<>(rrsets.size());
    rrsets.forEach(
        (key, gathered) -> {
          if (!gathered.rdatas.isEmpty()) {
            all.add(
                new Rrset(
                    key.owner(),
                    key.type(),
                    RecordClass.IN,
                    gathered.ttl,
                    gathered.rdatas,
                    gathered.signatures));
          }
        });
    return all;
  }
}
