package dev.namewell.core.dns;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A domain name in lower-cased wire form: length-prefixed labels, ending in the root label (RFC
 * 1035 §3.1). Equal names have equal bytes, for the case of ASCII letters is folded (RFC 4343).
 * Ordered canonically (RFC 4034 §6.1). Immutable.
 */
public final class DnsName implements Comparable<DnsName> {
  /** Longest name in octets, root label included (RFC 1035 §2.3.4). */
  public static final int MAX_LENGTH = 255;

  /** Longest label in octets (RFC 1035 §2.3.4). */
  public static final int MAX_LABEL_LENGTH = 63;

  public static final DnsName ROOT = new DnsName(new byte[] {0});

  private final byte[] wire;
  private final int hash;

  private DnsName(byte[] wire) {
    this.wire = wire;
    this.hash = KeyedHash.of(wire, 0, wire.length);
  }

  /**
   * Copies and lower-cases an uncompressed name.
   *
   * @throws IllegalArgumentException if the octets are not one whole uncompressed name
   */
  public static DnsName fromWire(byte[] bytes, int offset, int length) {
    byte[] copy = Arrays.copyOfRange(bytes, offset, offset + length);
    int at = 0;
    while (at < copy.length && copy[at] != 0) {
      if ((copy[at] & 0xff) > MAX_LABEL_LENGTH) {
        throw new IllegalArgumentException("not a label at octet " + at);
      }
      at += 1 + copy[at];
    }
    if (at != copy.length - 1 || copy.length > MAX_LENGTH) {
      throw new IllegalArgumentException("not one whole domain name");
    }
    Ascii.lower(copy, 0, copy.length);
    return new DnsName(copy);
  }

  /**
   * Reads presentation form (RFC 1035 §5.1): dots between labels, {@code \DDD} and {@code \X}
   * escapes; a missing final dot is supplied.
   *
   * @throws IllegalArgumentException with the reason in words if the text is no domain name
   */
  public static DnsName parse(String text) {
    return NameText.parse(text);
  }

  static DnsName ofLowerCase(byte[] wire) {
    return new DnsName(wire);
  }

  /** Length in octets of the wire form, root label included: 1 to 255. */
  public int length() {
    return wire.length;
  }

  /** Number of labels without the root: 0 for the root itself. */
  public int labelCount() {
    int count = 0;
    for (int at = 0; wire[at] != 0; at += 1 + wire[at]) {
      count++;
    }
    return count;
  }

  public boolean isRoot() {
    return wire.length == 1;
  }

  /** The name without its first label; the root is its own parent. */
  public DnsName parent() {
    if (isRoot()) {
      return this;
    }
    int skip = 1 + wire[0];
    return skip == wire.length - 1
        ? ROOT
        : new DnsName(Arrays.copyOfRange(wire, skip, wire.length));
  }

  /** The last labels of the name; the name itself if it has no more. */
  public DnsName suffix(int labels) {
    int at = 0;
    for (int skip = labelCount() - labels; skip > 0; skip--) {
      at += 1 + wire[at];
    }
    return at == 0 ? this : new DnsName(Arrays.copyOfRange(wire, at, wire.length));
  }

  /** True if the first label is an asterisk (RFC 4592 §2.1.1). */
  public boolean isWildcard() {
    return wire.length > 2 && wire[0] == 1 && wire[1] == '*';
  }

  /** The wildcard below this name; null if that would be too long. */
  public @Nullable DnsName wildcard() {
    return wire.length + 2 > MAX_LENGTH ? null : child("*");
  }

  /** The longest name that both are within. */
  public DnsName commonAncestor(DnsName other) {
    DnsName common = this;
    while (!other.isWithin(common)) {
      common = common.parent();
    }
    return common;
  }

  /** The name with one more label in front, in lower case. */
  public DnsName child(String label) {
    byte[] octets = label.getBytes(StandardCharsets.ISO_8859_1);
    if (octets.length == 0
        || octets.length > MAX_LABEL_LENGTH
        || wire.length + octets.length + 1 > MAX_LENGTH) {
      throw new IllegalArgumentException("label too long or empty: " + label);
    }
    byte[] child = new byte[wire.length + octets.length + 1];
    child[0] = (byte) octets.length;
    System.arraycopy(octets, 0, child, 1, octets.length);
    System.arraycopy(wire, 0, child, octets.length + 1, wire.length);
    Ascii.lower(child, 0, child.length);
    return new DnsName(child);
  }

  /** True for the name itself and for every name below {@code ancestor}. */
  public boolean isWithin(DnsName ancestor) {
    int start = wire.length - ancestor.wire.length;
    if (start < 0
        || !Arrays.equals(wire, start, wire.length, ancestor.wire, 0, ancestor.wire.length)) {
      return false;
    }
    int at = 0;
    while (at < start) {
      at += 1 + wire[at];
    }
    return at == start;
  }

  /** Copies the wire form; returns the offset behind it. */
  public int copyTo(byte[] target, int offset) {
    System.arraycopy(wire, 0, target, offset, wire.length);
    return offset + wire.length;
  }

  /** A copy of the wire form. */
  public byte[] wire() {
    return wire.clone();
  }

  /** True if these octets, already in lower case, are this name. */
  public boolean matches(byte[] lowerCase, int offset, int length) {
    return Arrays.equals(wire, 0, wire.length, lowerCase, offset, offset + length);
  }

  @Override
  public int compareTo(DnsName other) {
    int mine = labelCount();
    int theirs = other.labelCount();
    int[] myLabels = labelOffsets(mine);
    int[] theirLabels = other.labelOffsets(theirs);
    for (int i = 1; i <= Math.min(mine, theirs); i++) {
      int a = myLabels[mine - i];
      int b = theirLabels[theirs - i];
      int order =
          Arrays.compareUnsigned(
              wire, a + 1, a + 1 + wire[a], other.wire, b + 1, b + 1 + other.wire[b]);
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(mine, theirs);
  }

  private int[] labelOffsets(int count) {
    int[] offsets = new int[count];
    int at = 0;
    for (int i = 0; i < count; i++) {
      offsets[i] = at;
      at += 1 + wire[at];
    }
    return offsets;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DnsName name && hash == name.hash && Arrays.equals(wire, name.wire);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  /** Presentation form with a final dot; octets outside printable ASCII are escaped. */
  @Override
  public String toString() {
    return NameText.format(wire, 0);
  }
}
