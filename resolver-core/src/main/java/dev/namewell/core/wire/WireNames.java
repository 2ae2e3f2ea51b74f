package dev.namewell.core.wire;

import dev.namewell.core.dns.DnsName;
import java.util.BitSet;

/** Reads names that may be compressed (RFC 1035 §4.1.4), trusting nothing. Not thread-safe. */
final class WireNames {
  /** Pointers followed for one name; real messages need fewer than ten. */
  private static final int MAX_POINTERS = 64;

  private final byte[] message;
  private final int length;
  private final byte[] expanded = new byte[DnsName.MAX_LENGTH];
  private int expandedLength;

  /** Where labels of names stand that were read without a pointer on the way to them. */
  private final BitSet labels = new BitSet();

  private boolean strayPointers;

  WireNames(byte[] message, int length) {
    this.message = message;
    this.length = length;
  }

  /**
   * Expands the name at {@code start}.
   *
   * @return the offset behind it in the message, or -1 if it is no valid name: too long, beyond the
   *     end, or with a pointer to anything but octets that lie before it as a whole
   */
  int read(int start) {
    int at = start;
    int floor = start;
    int bound = length;
    int end = -1;
    int written = 0;
    int pointers = 0;
    while (true) {
      if (at >= bound) {
        return -1;
      }
      int label = message[at] & 0xff;
      if (label >= 0xc0) {
        if (at + 1 >= bound || ++pointers > MAX_POINTERS) {
          return -1;
        }
        end = end < 0 ? at + 2 : end;
        int target = (label & 0x3f) << 8 | (message[at + 1] & 0xff);
        if (target >= floor || target < Query.HEADER) {
          return -1;
        }
        strayPointers |= !labels.get(target);
        bound = floor;
        at = target;
        floor = target;
        continue;
      }
      int octets = label + 1;
      if (label > DnsName.MAX_LABEL_LENGTH
          || written + octets > DnsName.MAX_LENGTH
          || at + octets > bound) {
        return -1;
      }
      if (end < 0) {
        labels.set(at);
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

  /**
   * True if some pointer led to octets that were not read as a label before: into a TTL perhaps,
   * which changes, and the name with it.
   */
  boolean hasStrayPointers() {
    return strayPointers;
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
