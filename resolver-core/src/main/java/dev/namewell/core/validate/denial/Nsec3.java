package dev.namewell.core.validate.denial;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Rrset;
import dev.namewell.core.records.TypeBitmap;
import dev.namewell.core.wire.Octets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An NSEC3 record (RFC 5155 §3), verified.
 *
 * @param rrset that it is all of
 * @param owner hash that the owner name begins with
 * @param zone below whose apex the owner stands
 */
record Nsec3(
    Rrset rrset,
    byte[] owner,
    byte[] next,
    TypeBitmap types,
    boolean optOut,
    int iterations,
    byte[] salt,
    DnsName zone) {
  private static final int SHA1 = 1;
  private static final int HASH_OCTETS = 20;
  private static final int HASH_LABEL = 32;
  private static final int OPT_OUT = 1;
  private static final int FIXED = 5;
  private static final int BITS = 5;

  /** Leading octets that are alike in no two hashes of a zone. */
  private static final int NARROW = 8;

  /** Null if it is not of the form, or of a kind that must be ignored (RFC 5155 §8.1, §8.2). */
  static @Nullable Nsec3 of(Rrset rrset, DnsName zone) {
    byte[] rdata = rrset.rdatas().getFirst();
    byte[] owner = ownerHash(rrset.owner());
    int salt = rdata.length > FIXED ? rdata[4] & 0xff : 0;
    int next = FIXED + salt + 1;
    boolean known =
        rrset.rdatas().size() == 1
            && owner != null
            && rrset.owner().parent().equals(zone)
            && rdata.length >= next + HASH_OCTETS
            && rdata[0] == SHA1
            && (rdata[1] & ~OPT_OUT) == 0
            && rdata[next - 1] == HASH_OCTETS;
    if (!known || owner == null) {
      return null;
    }
    int end = next + HASH_OCTETS;
    TypeBitmap types = TypeBitmap.parse(Arrays.copyOfRange(rdata, end, rdata.length));
    return types == null
        ? null
        : new Nsec3(
            rrset,
            owner,
            Arrays.copyOfRange(rdata, next, end),
            types,
            (rdata[1] & OPT_OUT) != 0,
            Octets.u16(rdata, 2),
            Arrays.copyOfRange(rdata, FIXED, FIXED + salt),
            zone);
  }

  /** The first label in base32 with extended hex alphabet (RFC 4648 §7). */
  private static byte @Nullable [] ownerHash(DnsName owner) {
    byte[] wire = owner.wire();
    if (wire[0] != HASH_LABEL) {
      return null;
    }
    byte[] hash = new byte[HASH_OCTETS];
    int bit = 0;
    for (int i = 1; i <= HASH_LABEL; i++) {
      int value = Character.digit(wire[i], 1 << BITS);
      if (value < 0) {
        return null;
      }
      for (int b = BITS - 1; b >= 0; b--, bit++) {
        hash[bit / Byte.SIZE] |= (byte) ((value >> b & 1) << (Byte.SIZE - 1 - bit % Byte.SIZE));
      }
    }
    return hash;
  }

  Nsec3Hash hash() {
    return new Nsec3Hash(iterations, salt);
  }

  boolean sameChain(Nsec3 other) {
    return iterations == other.iterations
        && Arrays.equals(salt, other.salt)
        && zone.equals(other.zone);
  }

  /** True if it was made for one hash and covers next to nothing (RFC 7129 appendix B). */
  boolean isNarrow() {
    return Arrays.equals(owner, 0, NARROW, next, 0, NARROW);
  }

  boolean matches(byte[] hash) {
    return Arrays.equals(owner, hash);
  }

  /** True if the hash lies in the gap. */
  boolean covers(byte[] hash) {
    int order = Arrays.compareUnsigned(owner, next);
    boolean behind = Arrays.compareUnsigned(owner, hash) < 0;
    boolean before = Arrays.compareUnsigned(hash, next) < 0;
    return order < 0 ? behind && before : (behind || before) && !Arrays.equals(owner, hash);
  }
}
