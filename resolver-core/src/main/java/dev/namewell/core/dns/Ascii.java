package dev.namewell.core.dns;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Case folding of ASCII letters in names (RFC 4343). Length octets of labels are below 'A', so a
 * whole wire-form name may be folded at once.
 */
public final class Ascii {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long EACH = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;

  private Ascii() {}

  /** Folds eight octets at once. */
  public static long lower(long eight) {
    long low7 = eight & (0x7f * EACH);
    long atLeastA = low7 + (0x80 - 'A') * EACH;
    long aboveZ = low7 + (0x80 - 'Z' - 1) * EACH;
    long upper = (atLeastA & ~aboveZ & ~eight) & HIGH_BITS;
    return eight | (upper >>> 2);
  }

  /** Folds one octet. */
  public static byte lower(byte octet) {
    return octet >= 'A' && octet <= 'Z' ? (byte) (octet + 32) : octet;
  }

  /** Folds in place. */
  public static void lower(byte[] bytes, int offset, int length) {
    int end = offset + length;
    int at = offset;
    for (; at + 8 <= end; at += 8) {
      LONGS.set(bytes, at, lower((long) LONGS.get(bytes, at)));
    }
    for (; at < end; at++) {
      bytes[at] = lower(bytes[at]);
    }
  }

  /** True if both ranges are equal but for the case of letters. */
  public static boolean equalsIgnoringCase(
      byte[] a, int aOffset, byte[] b, int bOffset, int length) {
    for (int i = 0; i < length; i++) {
      if (lower(a[aOffset + i]) != lower(b[bOffset + i])) {
        return false;
      }
    }
    return true;
  }
}
