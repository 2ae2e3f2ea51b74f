package dev.namewell.core.records;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.wire.Octets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Rdata of an RRSIG record (RFC 4034 §3.1).
 *
 * @param labels labels of the owner name as it was signed, without root and asterisk
 * @param originalTtl seconds
 * @param expiration seconds since 1970, modulo 2^32
 * @param inception seconds since 1970, modulo 2^32
 * @param signed the rdata up to the signature, signer's name in lower case
 * @param signature the signature itself
 */
public record RrsigRdata(
    int typeCovered,
    int algorithm,
    int labels,
    long originalTtl,
    long expiration,
    long inception,
    int keyTag,
    DnsName signer,
    byte[] signed,
    byte[] signature) {
  private static final int SIGNER = 18;

  /** Who signed, without the rest; null if it is not of the form. */
  public static @Nullable DnsName signer(byte[] rdata) {
    int end = CanonicalRdata.nameEnd(rdata, SIGNER);
    return end < 0 || end >= rdata.length ? null : DnsName.fromWire(rdata, SIGNER, end - SIGNER);
  }

  /** Null if it is not of the form. */
  public static @Nullable RrsigRdata parse(byte[] rdata) {
    DnsName signer = signer(rdata);
    if (signer == null) {
      return null;
    }
    int end = SIGNER + signer.length();
    byte[] signed = Arrays.copyOf(rdata, end);
    signer.copyTo(signed, SIGNER);
    return new RrsigRdata(
        Octets.u16(rdata, 0),
        rdata[2] & 0xff,
        rdata[3] & 0xff,
        Octets.u32(rdata, 4),
        Octets.u32(rdata, 8),
        Octets.u32(rdata, 12),
        Octets.u16(rdata, 16),
        signer,
        signed,
        Arrays.copyOfRange(rdata, end, rdata.length));
  }

  /** Seconds until it expires, by serial number arithmetic (RFC 4034 §3.1.5). */
  public int secondsLeft(long nowSeconds) {
    return (int) (expiration - nowSeconds);
  }

  /** Seconds since it became valid; negative if that is still to come. */
  public int secondsValid(long nowSeconds) {
    return (int) (nowSeconds - inception);
  }
}
