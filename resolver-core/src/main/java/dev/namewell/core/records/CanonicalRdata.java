package dev.namewell.core.records;

import dev.namewell.core.dns.Ascii;
import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.wire.RdataNames;

/** The form of rdata that is signed (RFC 4034 §6.2, RFC 6840 §5.1): names in lower case. */
public final class CanonicalRdata {
  private static final int RRSIG_SIGNER = 18;
  private static final int A6_BITS = 128;

  private CanonicalRdata() {}

  /** The same octets if there is nothing to fold. */
  public static byte[] of(int type, byte[] rdata) {
    return switch (type) {
      case RecordType.KX -> fold(rdata, 2, 1);
      case RecordType.RRSIG -> fold(rdata, RRSIG_SIGNER, 1);
      case RecordType.A6 -> fold(rdata, prefixName(rdata), 1);
      default ->
          fold(rdata, RdataNames.begin(rdata, type, 0, rdata.length), RdataNames.count(type));
    };
  }

  /** Behind the suffix of the address (RFC 2874 §3.1); with a prefix of no bits there is none. */
  private static int prefixName(byte[] a6) {
    int prefix = a6.length == 0 ? 0 : a6[0] & 0xff;
    return 1 + Math.ceilDiv(A6_BITS - prefix, Byte.SIZE);
  }

  private static byte[] fold(byte[] rdata, int start, int names) {
    if (names == 0) {
      return rdata;
    }
    byte[] folded = rdata.clone();
    int at = start;
    for (int i = 0; i < names; i++) {
      int end = nameEnd(rdata, at);
      if (end < 0) {
        return rdata;
      }
      Ascii.lower(folded, at, end - at);
      at = end;
    }
    return folded;
  }

  /** The offset behind an uncompressed name; -1 if there is none. */
  public static int nameEnd(byte[] rdata, int start) {
    int at = start;
    while (at >= 0 && at < rdata.length && at - start < DnsName.MAX_LENGTH) {
      int length = rdata[at] & 0xff;
      if (length == 0) {
        return at + 1;
      }
      if (length > DnsName.MAX_LABEL_LENGTH) {
        return -1;
      }
      at += 1 + length;
    }
    return -1;
  }
}
