package dev.namewell.core.dns;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All records of one owner, type and class (RFC 9499 §5), with the signatures over them.
 *
 * @param ttlSeconds the least TTL of its records (RFC 2181 §5.2)
 * @param rdatas uncompressed, none twice; never changed
 * @param signatures rdata of the RRSIG records that cover this type; not verified
 */
public record Rrset(
    DnsName owner,
    int type,
    int recordClass,
    int ttlSeconds,
    List<byte[]> rdatas,
    List<byte[]> signatures) {
  /** Fixed part of a record in a message: type, class, TTL, length. */
  private static final int RECORD_FIXED = 10;

  public Rrset {
    rdatas = List.copyOf(rdatas);
    signatures = List.copyOf(signatures);
  }

  /** The same with another TTL. */
  public Rrset withTtl(int seconds) {
    return seconds == ttlSeconds
        ? this
        : new Rrset(owner, type, recordClass, seconds, rdatas, signatures);
  }

  /** The same with some of its records only. */
  public Rrset withRdatas(List<byte[]> some) {
    return new Rrset(owner, type, recordClass, ttlSeconds, some, signatures);
  }

  /** The same at another name. */
  public Rrset withOwner(DnsName name) {
    return new Rrset(name, type, recordClass, ttlSeconds, rdatas, signatures);
  }

  /** The name that rdata begins with: the target of CNAME, DNAME, NS and PTR. */
  public DnsName target(int index) {
    byte[] rdata = rdatas.get(index);
    int end = 0;
    while (rdata[end] != 0) {
      end += 1 + rdata[end];
    }
    return DnsName.fromWire(rdata, 0, end + 1);
  }

  /**
   * The CNAME that a DNAME makes for a name below its owner (RFC 6672 §3.1).
   *
   * @return null if the new name would be too long (§2.2), or the DNAME is not one record
   */
  public @Nullable Rrset cnameFor(DnsName name) {
    if (rdatas.size() != 1) {
      return null;
    }
    byte[] below = target(0).wire();
    int prefix = name.length() - owner.length();
    if (prefix + below.length > DnsName.MAX_LENGTH) {
      return null;
    }
    byte[] renamed = new byte[prefix + below.length];
    System.arraycopy(name.wire(), 0, renamed, 0, prefix);
    System.arraycopy(below, 0, renamed, prefix, below.length);
    return new Rrset(name, RecordType.CNAME, recordClass, ttlSeconds, List.of(renamed), List.of());
  }

  /** About how many octets its records take in a message. */
  public int octets() {
    int octets = 0;
    for (byte[] rdata : rdatas) {
      octets += owner.length() + RECORD_FIXED + rdata.length;
    }
    for (byte[] signature : signatures) {
      octets += owner.length() + RECORD_FIXED + signature.length;
    }
    return octets;
  }
}
