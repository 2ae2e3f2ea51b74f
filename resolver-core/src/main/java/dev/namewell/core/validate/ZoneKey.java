package dev.namewell.core.validate;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.records.DnskeyRdata;
import dev.namewell.core.wire.Octets;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** A key of a zone, ready to verify with. Thread-safe. */
final class ZoneKey {
  private static final int DS_DIGEST = 4;

  /** Octets of the longest digest that is known (SHA-384). */
  private static final int MOST_DIGEST = 48;

  private final DnskeyRdata record;
  private final int tag;

  /** Made when first needed, for most keys are not. */
  private volatile Algorithm.@Nullable Key publicKey;

  private volatile boolean unusable;

  ZoneKey(byte[] rdata) {
    this.record = new DnskeyRdata(rdata);
    this.tag = record.tag();
  }

  int tag() {
    return tag;
  }

  DnskeyRdata record() {
    return record;
  }

  byte[] rdata() {
    return record.octets();
  }

  int algorithm() {
    return record.algorithm();
  }

  boolean isZoneKey() {
    return record.isZoneKey();
  }

  /** A revoked key signs nothing any more (RFC 5011 §2.1). */
  boolean isRevoked() {
    return record.isRevoked();
  }

  /** May sign RRsets of its zone. */
  boolean maySign() {
    return isZoneKey() && !isRevoked();
  }

  /** True if the DS record is of this key (RFC 4034 §5.2). */
  boolean isNamedBy(byte[] ds, DnsName zone) {
    return record.isNamedBy(ds, zone);
  }

  /** The key that a DS record names, in words: key tag, algorithm, digest. */
  static String named(byte[] ds) {
    if (ds.length <= DS_DIGEST) {
      return "of " + ds.length + " octets";
    }
    String name = DnskeyRdata.digestName(ds[3] & 0xff);
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
        algorithm() == 0
            ? ""
            : (record.isSecureEntryPoint() ? " SEP" : "")
                + (isRevoked() ? " revoked" : "")
                + (isZoneKey() ? "" : " no zone key");
    return tag + " " + Algorithm.mnemonic(algorithm()) + flags;
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
        key = known.key(record.octets(), DnskeyRdata.KEY, preferred);
        publicKey = key;
      } catch (GeneralSecurityException | RuntimeException noKey) {
        unusable = true;
        return false;
      }
    }
    return known.verifies(key, data, signature);
  }
}
