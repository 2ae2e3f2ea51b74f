package dev.namewell.core.wire;

import dev.namewell.core.dns.RecordType;
import java.util.Arrays;

/**
 * Which names stand in rdata and may be compressed there: those of RFC 1035 types, of DNAME, and of
 * the later types for which senders have done it all the same (RFC 3597 §4).
 */
public final class RdataNames {
  /** Octets behind the names of a SOA: five 32-bit numbers. */
  private static final int SOA_NUMBERS = 20;

  /** Octets before the strings of a NAPTR record: order and preference. */
  private static final int NAPTR_NUMBERS = 4;

  private static final int NAPTR_STRINGS = 3;

  private RdataNames() {}

  /** How many names stand in rdata of a type, one behind the other; none in that of most types. */
  public static int count(int type) {
    return switch (type) {
      case RecordType.NS,
          RecordType.MD,
          RecordType.MF,
          RecordType.CNAME,
          RecordType.MB,
          RecordType.MG,
          RecordType.MR,
          RecordType.PTR,
          RecordType.MX,
          RecordType.AFSDB,
          RecordType.RT,
          RecordType.SIG,
          RecordType.NXT,
          RecordType.SRV,
          RecordType.NAPTR,
          RecordType.DNAME ->
          1;
      case RecordType.SOA, RecordType.MINFO, RecordType.RP, RecordType.PX -> 2;
      default -> 0;
    };
  }

  /**
   * Where the first name of such rdata begins, perhaps behind its end if it is not of its type's
   * form.
   *
   * @param start offset of the rdata
   * @param end offset behind it
   */
  public static int begin(byte[] octets, int type, int start, int end) {
    return switch (type) {
      case RecordType.MX, RecordType.AFSDB, RecordType.RT, RecordType.PX -> start + 2;
      case RecordType.SRV -> start + 6;
      case RecordType.SIG -> start + 18;
      case RecordType.NAPTR -> {
        int at = start + NAPTR_NUMBERS;
        for (int i = 0; i < NAPTR_STRINGS && at < end; i++) {
          at += 1 + (octets[at] & 0xff);
        }
        yield at;
      }
      default -> start;
    };
  }

  /** True if the rdata has the form of its type. */
  static boolean isWellFormed(byte[] message, WireNames names, int type, int start, int end) {
    if (type == RecordType.A) {
      return end - start == 4;
    }
    if (type == RecordType.AAAA) {
      return end - start == 16;
    }
    int count = count(type);
    if (count == 0) {
      return true;
    }
    int at = begin(message, type, start, end);
    for (int i = 0; i < count; i++) {
      at = at < end ? names.read(at) : -1;
      if (at < 0) {
        return false;
      }
    }
    return switch (type) {
      case RecordType.SOA -> at + SOA_NUMBERS == end;
      case RecordType.SIG, RecordType.NXT -> at <= end;
      default -> at == end;
    };
  }

  static byte[] expand(byte[] message, ResponseRecord record) {
    int start = record.rdata();
    int count = count(record.type());
    if (count == 0 || record.end() == start) {
      return Arrays.copyOfRange(message, start, record.end());
    }
    WireNames names = new WireNames(message, message.length);
    int first = begin(message, record.type(), start, record.end());
    int from = first;
    int room = first - start;
    for (int i = 0; i < count; i++) {
      from = names.read(from);
      room += names.size();
    }
    int rest = record.end() - from;
    byte[] expanded = new byte[room + rest];
    System.arraycopy(message, start, expanded, 0, first - start);
    int to = first - start;
    for (int i = 0, at = first; i < count; i++) {
      at = count == 1 ? at : names.read(at); // one name is still the one read last
      to = names.copyTo(expanded, to);
    }
    System.arraycopy(message, from, expanded, to, rest);
    return expanded;
  }
}
