package dev.namewell.core.validate.denial;

import dev.namewell.core.dns.DnsName;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How a zone hashes its names (RFC 5155 §5).
 *
 * @param iterations additional rounds
 */
record Nsec3Hash(int iterations, byte[] salt) {
  private static final String DIGITS = "0123456789abcdefghijklmnopqrstuv";
  private static final int BITS = 5;
  private static final int CHEAP_ITERATIONS = 5;

  /** True if it takes long enough to delay others. */
  boolean isCostly() {
    return iterations > CHEAP_ITERATIONS;
  }

  byte[] of(DnsName name) {
    MessageDigest sha1 = sha1();
    byte[] hash = name.wire();
    for (int i = 0; i <= iterations; i++) {
      sha1.update(hash);
      hash = sha1.digest(salt);
    }
    return hash;
  }

  private static MessageDigest sha1() {
    try {
      return MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("a Java runtime without SHA-1", e);
    }
  }

  /** The owner of the record of a hash: in base32 with extended hex alphabet (RFC 4648 §7). */
  static DnsName owner(byte[] hash, DnsName zone) {
    StringBuilder label = new StringBuilder();
    for (int bit = 0; bit < hash.length * Byte.SIZE; bit += BITS) {
      int value = 0;
      for (int b = bit; b < bit + BITS; b++) {
        value = value << 1 | (hash[b / Byte.SIZE] >> (Byte.SIZE - 1 - b % Byte.SIZE) & 1);
      }
      label.append(DIGITS.charAt(value));
    }
    return zone.child(label.toString());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Nsec3Hash that
        && iterations == that.iterations
        && Arrays.equals(salt, that.salt);
  }

  @Override
  public int hashCode() {
    return 31 * iterations + Arrays.hashCode(salt);
  }
}
