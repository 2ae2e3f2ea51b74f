package dev.namewell.core.wire;

import dev.namewell.core.dns.DnsName;

/** Reads names that may be compressed (RFC 1035 §4.1.4), trusting nothing. Not thread-safe. */
final class WireNames {
  /** Pointers followed for one name; real messages need fewer than ten. */
  private static final int MAX_POINTERS = 64;

  private final byte[] message;
  private final int length;
  private final byte[] expanded = new byte[DnsName.MAX_LENGTH];
  private int expandedLength;

  WireNames(byte[] message, int length) {
    this.message = message;
    this.length = length;
  }

  /**
   * Expands the name at {@code start}.
   *
   * @return the offset behind it in the message, or -1 if it is no valid name: too long, beyond the
   *     end, or with a pointer that does not point strictly backward
   */
  int read(int start) {
    int at = start;
    int floor = start;
    int end = -1;
    int written = 0;
    int pointers = 0;
    while (true) {
      if (at >= length) {
        return -1;
      }
      int label = message[at] & 0xff;
      if (label >= 0xc0) {
        if (at + 1 >= length || ++pointers > MAX_POINTERS) {
          return -1;
        }
        end = end < 0 ? at + 2 : end;
        int target = (label & 0x3f) << 8 | (message[at + 1] & 0xff);
        if (target >= floor || target < Query.HEADER) {
          return -1;
        }
        at = target;
        floor = target;
        continue;
      }
      int octets = label + 1;
      if (label > DnsName.MAX_LABEL_LENGTH
          || written + octets > DnsName.MAX_LENGTH
          || at + octets > length) {
        return -1;
      }
      System.arraycopy(message, at, expanded, written, octets);
      written += octets;
      at += octets;
      if (label == 0) {
        expandedLength = written;
        return end < 0 ? at : end;
      }
    }
  }

  /** The name read last. */
  DnsName name() {
    return DnsName.fromWire(expanded, 0, expandedLength);
  }

  /** Copies the name read last, letter case kept; returns the offset behind it. */
  int copyTo(byte[] target, int offset) {
    System.arraycopy(expanded, 0, target, offset, expandedLength);
    return offset + expandedLength;
  }

  int expandedLength() {
    return expandedLength;
  }
}
