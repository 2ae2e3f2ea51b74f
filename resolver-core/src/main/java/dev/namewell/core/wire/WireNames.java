package dev.namewell.core.wire;

import dev.namewell.core.dns.DnsName;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** Reads names that may be compressed (RFC 1035 §4.1.4), trusting nothing. Not thread-safe. */
final class WireNames {
  /** Pointers followed for one name; real messages need fewer than ten. */
  private static final int MAX_POINTERS = 64;

  /** Beyond it labels are rare enough to let their set grow. */
  private static final int USUAL_LENGTH = 512;

  private final byte[] message;
  private final int length;

  /** Made when the first name with a pointer is read. */
  private byte @Nullable [] expanded;

  // The name read last: where its octets stand together, in the message or expanded.
  private byte[] source;

  private int from;
  private int size;

  /** Where labels of names stand that were read without a pointer on the way to them. */
  private final BitSet labels;

  private boolean strayPointers;

  WireNames(byte[] message, int length) {
    this.message = message;
    this.length = length;
    this.source = message;
    this.labels = new BitSet(Math.min(length, USUAL_LENGTH));
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
        if (end < 0) {
          end = at + 2;
          System.arraycopy(message, start, expansion(), 0, written);
        }
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
      } else {
        System.arraycopy(message, at, expansion(), written, octets);
      }
      written += octets;
      at += octets;
      if (label == 0) {
        source = end < 0 ? message : expansion();
        from = end < 0 ? start : 0;
        size = written;
        return end < 0 ? at : end;
      }
    }
  }

  private byte[] expansion() {
    byte[] room = expanded;
    if (room == null) {
      room = new byte[DnsName.MAX_LENGTH];
      expanded = room;
    }
    return room;
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
    return DnsName.fromWire(source, from, size);
  }

  /** Octets of the name read last. */
  int size() {
    return size;
  }

  /** Copies the name read last, letter case kept; returns the offset behind it. */
  int copyTo(byte[] target, int offset) {
    System.arraycopy(source, from, target, offset, size);
    return offset + size;
  }
}
