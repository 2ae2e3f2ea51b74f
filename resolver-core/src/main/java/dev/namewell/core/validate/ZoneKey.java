package dev.namewell.core.validate;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.wire.Octets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** A DNSKEY record (RFC 4034 §2). Thread-safe. */
final class ZoneKey {
  private static final int KEY = 4;
  private static final int ZONE_KEY = 0x0100;
  private static final int REVOKED = 0x0080;
  private static final int SEP = 0x0001;
  private static final int DNSSEC = 3;
  private static final int DS_DIGEST = 4;

  /** Octets of the longest digest that is known (SHA-384). */
  private static final int MOST_DIGEST = 48;

  private final byte[] rdata;
  private final int tag;

  /** Made when first needed, for most keys are not. */
  private volatile Algorithm.@Nullable Key publicKey;

  private volatile boolean unusable;

  ZoneKey(byte[] rdata) {
    this.rdata = rdata;
    this.tag = tag(rdata);
  }

  /** Key tag (RFC 4034 appendix B). */
  static int tag(byte[] rdata) {
    int sum = 0;
    for (int i = 0; i < rdata.length; i++) {
      sum += (i & 1) == 0 ? (rdata[i] & 0xff) << 8 : rdata[i] & 0xff;
    }
    return (sum + (sum >> 16)) & 0xffff;
  }

  int tag() {
    return tag;
  }

  byte[] rdata() {
    return rdata;
  }

  int algorithm() {
    return rdata.length > KEY ? rdata[3] & 0xff : 0;
  }

  boolean isZoneKey() {
    return rdata.length > KEY
        && (Octets.u16(rdata, 0) & ZONE_KEY) != 0
        && (rdata[2] & 0xff) == DNSSEC;
  }

  /** A revoked key signs nothing any more (RFC 5011 §2.1). */
  boolean isRevoked() {
    return rdata.length > KEY && (Octets.u16(rdata, 0) & REVOKED) != 0;
  }

  /** May sign RRsets of its zone. */
  boolean maySign() {
    return isZoneKey() && !isRevoked();
  }

  /** True if the DS record is of this key (RFC 4034 §5.2). */
  boolean isNamedBy(byte[] ds, DnsName zone) {
    if (ds.length <= DS_DIGEST
        || Octets.u16(ds, 0) != tag
        || (ds[2] & 0xff) != algorithm()
        || !isZoneKey()) {
      return false;
    }
    String name = digestName(ds[3] & 0xff);
    if (name == null) {
      return false;
    }
    MessageDigest digest = digest(name);
    digest.update(zone.wire());
    return MessageDigest.isEqual(
        digest.digest(rdata), Arrays.copyOfRange(ds, DS_DIGEST, ds.length));
  }

  /** Null for digest types that are not known. */
  static @Nullable String digestName(int type) {
    return switch (type) {
      case 1 -> "SHA-1";
      case 2 -> "SHA-256";
      case 4 -> "SHA-384";
      default -> null;
    };
  }

  /** The key that a DS record names, in words: key tag, algorithm, digest. */
  static String named(byte[] ds) {
    if (ds.length <= DS_DIGEST) {
      return "of " + ds.length + " octets";
    }
    String name = digestName(ds[3] & 0xff);
    return Octets.u16(ds, 0)
        + " "
        + Algorithm.mnemonic(ds[2] & 0xff)
        + " "
        + (name == null ? "digest type " + (ds[3] & 0xff) : name)
        + " "
        + HexFormat.of().formatHex(ds, DS_DIGEST, Math.min(ds.length, DS_DIGEST + MOST_DIGEST));
  }

  /** For people: key tag, algorithm, and what its flags say. */
  @Override
  public String toString() {
    String flags =
        rdata.length <= KEY
            ? ""
            : ((Octets.u16(rdata, 0) & SEP) != 0 ? " SEP" : "")
                + (isRevoked() ? " revoked" : "")
                + (isZoneKey() ? "" : " no zone key");
    return tag + " " + Algorithm.mnemonic(algorithm()) + flags;
  }

  static MessageDigest digest(String name) {
    try {
      return MessageDigest.getInstance(name);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("a Java runtime without " + name, e);
    }
  }

  /**
   * True if this key made the signature.
   *
   * @param preferred computes if it can, else the Java runtime
   */
  boolean verifies(byte[] data, byte[] signature, @Nullable Provider preferred) {
    Algorithm known = Algorithm.of(algorithm());
    if (known == null || unusable) {
      return false;
    }
    Algorithm.Key key = publicKey;
    if (key == null) {
      try {
        key = known.key(rdata, KEY, preferred);
        publicKey = key;
      } catch (GeneralSecurityException | RuntimeException noKey) {
        unusable = true;
        return false;
      }
    }
    return known.verifies(key, data, signature);
  }
}
