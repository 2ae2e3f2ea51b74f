package dev.namewell.core.records;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.wire.Octets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Rdata of a DNSKEY record (RFC 4034 §2), perhaps malformed. Equal by its octets.
 *
 * @param octets never changed
 */
public record DnskeyRdata(byte[] octets) {
  /** Octets before the public key. */
  public static final int KEY = 4;

  /** The digest type of a DS record that RFC 9905 gives up. */
  public static final int SHA1 = 1;

  private static final int ZONE_KEY = 0x0100;
  private static final int REVOKED = 0x0080;
  private static final int SECURE_ENTRY_POINT = 0x0001;
  private static final int DNSSEC = 3;
  private static final int DS_DIGEST = 4;

  /** Key tag (RFC 4034 appendix B). It changes when the key is revoked. */
  public int tag() {
    int sum = 0;
    for (int i = 0; i < octets.length; i++) {
      sum += (i & 1) == 0 ? (octets[i] & 0xff) << 8 : octets[i] & 0xff;
    }
    return (sum + (sum >> 16)) & 0xffff;
  }

  private boolean isWhole() {
    return octets.length > KEY;
  }

  private boolean has(int flag) {
    return isWhole() && (Octets.u16(octets, 0) & flag) != 0;
  }

  /** 0 where it is malformed. */
  public int algorithm() {
    return isWhole() ? octets[3] & 0xff : 0;
  }

  public boolean isZoneKey() {
    return has(ZONE_KEY) && (octets[2] & 0xff) == DNSSEC;
  }

  /** Says that it is meant for trust anchors and DS records (RFC 4034 §2.1.1). */
  public boolean isSecureEntryPoint() {
    return has(SECURE_ENTRY_POINT);
  }

  /** A revoked key signs nothing any more but its own revocation (RFC 5011 §2.1). */
  public boolean isRevoked() {
    return has(REVOKED);
  }

  /** The same key as it is, or was, before it was revoked. */
  public DnskeyRdata unrevoked() {
    if (!isRevoked()) {
      return this;
    }
    byte[] before = octets.clone();
    before[1] &= (byte) ~REVOKED;
    return new DnskeyRdata(before);
  }

  /** True if the DS record is of this key (RFC 4034 §5.2). */
  public boolean isNamedBy(byte[] ds, DnsName zone) {
    if (ds.length <= DS_DIGEST
        || !isZoneKey()
        || (ds[2] & 0xff) != algorithm()
        || Octets.u16(ds, 0) != tag()) {
      return false;
    }
    String name = digestName(ds[3] & 0xff);
    if (name == null) {
      return false;
    }
    MessageDigest digest = digest(name);
    digest.update(zone.wire());
    return MessageDigest.isEqual(
        digest.digest(octets), Arrays.copyOfRange(ds, DS_DIGEST, ds.length));
  }

  /** The digest of a DS record by its type; null if it is not known. */
  public static @Nullable String digestName(int type) {
    return switch (type) {
      case SHA1 -> "SHA-1";
      case 2 -> "SHA-256";
      case 4 -> "SHA-384";
      default -> null;
    };
  }

  /** A digest that every Java runtime has. */
  public static MessageDigest digest(String name) {
    try {
      return MessageDigest.getInstance(name);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("a Java runtime without " + name, e);
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof DnskeyRdata(byte[] those) && Arrays.equals(octets, those);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(octets);
  }

  @Override
  public String toString() {
    return "key " + tag();
  }
}
