package dev.namewell.core.records;

import dev.namewell.core.dns.RecordType;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** The types that a name has (RFC 4034 §4.1.2). */
public record TypeBitmap(BitSet types) {
  private static final int MAX_WINDOW = 32;

  /** Null if the octets are not of the form. */
  public static @Nullable TypeBitmap parse(byte[] windows) {
    BitSet types = new BitSet();
    int at = 0;
    int before = -1;
    while (at < windows.length) {
      int length = at + 1 < windows.length ? windows[at + 1] & 0xff : 0;
      int window = windows[at] & 0xff;
      if (length == 0 || length > MAX_WINDOW || at + 2 + length > windows.length) {
        return null;
      }
      if (window <= before) {
        return null;
      }
      for (int bit = 0; bit < length * Byte.SIZE; bit++) {
        if ((windows[at + 2 + bit / Byte.SIZE] & 0x80 >> bit % Byte.SIZE) != 0) {
          types.set(window << Byte.SIZE | bit);
        }
      }
      before = window;
      at += 2 + length;
    }
    return new TypeBitmap(types);
  }

  public boolean has(int type) {
    return types.get(type);
  }

  /** A zone cut seen from above: name servers, but no SOA. */
  public boolean isDelegation() {
    return has(RecordType.NS) && !has(RecordType.SOA);
  }

  /** A zone cut to an unsigned zone: without DS. */
  public boolean isInsecureDelegation() {
    return isDelegation() && !has(RecordType.DS);
  }

  /** What is below belongs to others: to the child zone, or to a DNAME's target. */
  public boolean endsHere() {
    return isDelegation() || has(RecordType.DNAME);
  }

  /**
   * True if it denies the type, from the right side of a zone cut: a parent knows of its child no
   * more than DS (RFC 6840 §4.1), and a child's own record must not deny its DS.
   */
  public boolean denies(int type, boolean isRoot) {
    if (has(type) || has(RecordType.CNAME)) {
      return false;
    }
    return type == RecordType.DS ? isRoot || !has(RecordType.SOA) : !isDelegation();
  }
}
