package dev.namewell.core.wire;

import dev.namewell.core.dns.RecordType;
import java.util.Arrays;

/**
 * Which names stand in rdata and may be compressed there: those of RFC 1035 types, and of the few
 * later ones that senders compress all the same (RFC 3597 §4).
 */
final class RdataNames {
  /** Octets behind the names of a SOA: five 32-bit numbers. */
  private static final int SOA_NUMBERS = 20;

  private RdataNames() {}

  /** Octets before the first name, or -1 if rdata of this type has no names that we read. */
  private static int before(int type) {
    return switch (type) {
      case RecordType.NS, RecordType.CNAME, RecordType.PTR, RecordType.DNAME, RecordType.SOA -> 0;
      case RecordType.MX -> 2;
      case RecordType.SRV -> 6;
      default -> -1;
    };
  }

  /** True if the rdata has the form of its type. */
  static boolean isWellFormed(WireNames names, int type, int start, int end) {
    int size = end - start;
    if (type == RecordType.A) {
      return size == 4;
    }
    if (type == RecordType.AAAA) {
      return size == 16;
    }
    int before = before(type);
    if (before < 0) {
      return true;
    }
    if (size <= before) {
      return false;
    }
    int at = names.read(start + before);
    if (type == RecordType.SOA) {
      at = at > 0 && at < end ? names.read(at) : -1;
      return at > 0 && at + SOA_NUMBERS == end;
    }
    return at == end;
  }

  static byte[] expand(byte[] message, ResponseRecord record) {
    int start = record.rdata();
    int before = before(record.type());
    if (before < 0 || record.end() == start) {
      return Arrays.copyOfRange(message, start, record.end());
    }
    WireNames names = new WireNames(message, message.length);
    int count = record.type() == RecordType.SOA ? 2 : 1;
    int from = start + before;
    int room = before;
    for (int i = 0; i < count; i++) {
      from = names.read(from);
      room += names.size();
    }
    int rest = record.end() - from;
    byte[] expanded = new byte[room + rest];
    System.arraycopy(message, start, expanded, 0, before);
    int to = before;
    for (int i = 0, at = start + before; i < count; i++) {
      at = count == 1 ? at : names.read(at); // one name is still the one read last
      to = names.copyTo(expanded, to);
    }
    System.arraycopy(message, from, expanded, to, rest);
    return expanded;
  }
}
