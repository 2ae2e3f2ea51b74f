package dev.namewell.core.validate;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Rrset;
import dev.namewell.core.records.CanonicalRdata;
import dev.namewell.core.records.RrsigRdata;
import dev.namewell.core.wire.Octets;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The octets that a signature is over (RFC 4034 §3.1.8.1). */
final class SignedOctets {
  private static final byte[] ASTERISK = {1, '*'};
  private static final int FIXED = 10;

  private SignedOctets() {}

  /** Labels that count for RRSIG's Labels field: neither the root nor an asterisk in front. */
  static int labels(DnsName owner) {
    int labels = owner.labelCount();
    return owner.isWildcard() ? labels - 1 : labels;
  }

  static byte[] of(Rrset rrset, RrsigRdata rrsig) {
    ByteArrayOutputStream data = new ByteArrayOutputStream(512);
    data.writeBytes(rrsig.signed());
    byte[] owner = owner(rrset.owner(), rrsig.labels());
    byte[] fixed = new byte[FIXED];
    Octets.put16(fixed, 0, rrset.type());
    Octets.put16(fixed, 2, rrset.recordClass());
    Octets.put32(fixed, 4, (int) rrsig.originalTtl());
    List<byte[]> rdatas =
        rrset.rdatas().stream()
            .map(rdata -> CanonicalRdata.of(rrset.type(), rdata))
            .sorted(Arrays::compareUnsigned)
            .toList();
    byte[] before = null;
    for (byte[] rdata : rdatas) {
      if (!Arrays.equals(rdata, before)) {
        Octets.put16(fixed, FIXED - 2, rdata.length);
        data.writeBytes(owner);
        data.writeBytes(fixed);
        data.writeBytes(rdata);
      }
      before = rdata;
    }
    return data.toByteArray();
  }

  /** The RRset without records that are the same to a signature (RFC 4034 §6.3). */
  static Rrset distinct(Rrset rrset) {
    if (rrset.rdatas().size() == 1) {
      return rrset;
    }
    Set<ByteBuffer> seen = new HashSet<>();
    return rrset.withRdatas(
        rrset.rdatas().stream()
            .filter(rdata -> seen.add(ByteBuffer.wrap(CanonicalRdata.of(rrset.type(), rdata))))
            .toList());
  }

  /** The name as it was signed: a wildcard where it has more labels than were signed. */
  private static byte[] owner(DnsName owner, int labels) {
    int more = labels(owner) - labels;
    if (more <= 0) {
      return owner.wire();
    }
    byte[] encloser = owner.suffix(labels).wire();
    byte[] wildcard = new byte[ASTERISK.length + encloser.length];
    System.arraycopy(ASTERISK, 0, wildcard, 0, ASTERISK.length);
    System.arraycopy(encloser, 0, wildcard, ASTERISK.length, encloser.length);
    return wildcard;
  }
}
