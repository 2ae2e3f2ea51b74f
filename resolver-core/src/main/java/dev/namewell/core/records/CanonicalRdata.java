package dev.namewell.core.records;

import dev.namewell.core.dns.Ascii;
import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.RecordType;

/** The form of rdata that is signed (RFC 4034 §6.2, RFC 6840 §5.1): names in lower case. */
public final class CanonicalRdata {
  private static final int MD = 3;
  private static final int MF = 4;
  private static final int MB = 7;
  private static final int MG = 8;
  private static final int MR = 9;
  private static final int MINFO = 14;
  private static final int RP = 17;
  private static final int AFSDB = 18;
  private static final int RT = 21;
  private static final int PX = 26;
  private static final int NAPTR = 35;
  private static final int KX = 36;
  private static final int SRV_NAME = 6;
  private static final int RRSIG_SIGNER = 18;
  private static final int NAPTR_STRINGS = 4;

  private CanonicalRdata() {}

  /** The same octets if there is nothing to fold. */
  public static byte[] of(int type, byte[] rdata) {
    return switch (type) {
      case RecordType.NS, RecordType.CNAME, RecordType.PTR, RecordType.DNAME, MD, MF, MB, MG, MR ->
          fold(rdata, 0, 1);
      case RecordType.SOA, MINFO, RP -> fold(rdata, 0, 2);
      case RecordType.MX, AFSDB, RT, KX -> fold(rdata, 2, 1);
      case PX -> fold(rdata, 2, 2);
      case RecordType.SRV -> fold(rdata, SRV_NAME, 1);
      case RecordType.RRSIG, RecordType.SIG -> fold(rdata, RRSIG_SIGNER, 1);
      case NAPTR -> fold(rdata, behindStrings(rdata), 1);
      default -> rdata;
    };
  }

  private static byte[] fold(byte[] rdata, int start, int names) {
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

  private static int behindStrings(byte[] naptr) {
    int at = NAPTR_STRINGS;
    for (int i = 0; i < 3 && at < naptr.length; i++) {
      at += 1 + (naptr[at] & 0xff);
    }
    return at;
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
