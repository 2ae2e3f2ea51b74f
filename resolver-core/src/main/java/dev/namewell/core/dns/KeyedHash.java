package dev.namewell.core.dns;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.SecureRandom;

/**
 * Hash of octets under a secret of this process, for tables whose keys strangers choose. Eight
 * octets a step are mixed by a folded 128-bit product (the construction of wyhash); without the
 * secret, colliding names cannot be precomputed.
 */
public final class KeyedHash {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long SECRET_A;
  private static final long SECRET_B;

  static {
    SecureRandom random = new SecureRandom();
    SECRET_A = random.nextLong() | 1;
    SECRET_B = random.nextLong();
  }

  private KeyedHash() {}

  public static int of(byte[] bytes, int offset, int length) {
    long hash = SECRET_B ^ length;
    int at = offset;
    int end = offset + length;
    for (; at + 8 <= end; at += 8) {
      hash = mix(hash, (long) LONGS.get(bytes, at));
    }
    long tail = 0;
    for (; at < end; at++) {
      tail = tail << 8 | (bytes[at] & 0xff);
    }
    return finish(mix(hash, tail));
  }

  /** One step: folds eight more octets into a running hash that began as {@link #seed}. */
  public static long mix(long hash, long eight) {
    long a = hash ^ eight;
    long high = Math.unsignedMultiplyHigh(a ^ SECRET_B, SECRET_A);
    return high ^ ((a ^ SECRET_B) * SECRET_A);
  }

  public static long seed() {
    return SECRET_B;
  }

  public static int finish(long hash) {
    return (int) (hash ^ (hash >>> 32));
  }
}
