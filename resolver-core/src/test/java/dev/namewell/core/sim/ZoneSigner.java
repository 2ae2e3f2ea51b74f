package dev.namewell.core.sim;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.DNSOutput;
import org.xbill.DNS.DNSSEC;
import org.xbill.DNS.DNSSEC.DNSSECException;
import org.xbill.DNS.DSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.RRset;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/** One key of a zone: its records, and what it signs, properly or on other {@link Terms}. */
public final class ZoneSigner {
  public static final int ENTRY_KEY = DNSKEYRecord.Flags.ZONE_KEY | DNSKEYRecord.Flags.SEP_KEY;

  private static final long TTL = 3600;
  private static final Duration DAY = Duration.ofDays(1);
  private static final int UNKNOWN_KEY_OCTETS = 64;
  private static final long SERIAL = 0xffff_ffffL;

  private final DNSKEYRecord dnskey;

  /** Null for an algorithm that nobody knows. */
  private final @Nullable PrivateKey secret;

  private final Map<String, RRSIGRecord> made = new HashMap<>();

  private ZoneSigner(DNSKEYRecord dnskey, @Nullable PrivateKey secret) {
    this.dnskey = dnskey;
    this.secret = secret;
  }

  /** A new key. Signatures of an algorithm without implementation are zeros. */
  public static ZoneSigner of(String zone, int algorithm) {
    Name apex = Name.fromConstantString(zone);
    try {
      KeyPair pair = pair(algorithm);
      return pair == null
          ? new ZoneSigner(
              new DNSKEYRecord(
                  apex, DClass.IN, TTL, ENTRY_KEY, 3, algorithm, new byte[UNKNOWN_KEY_OCTETS]),
              null)
          : new ZoneSigner(
              new DNSKEYRecord(apex, DClass.IN, TTL, ENTRY_KEY, 3, algorithm, pair.getPublic()),
              pair.getPrivate());
    } catch (GeneralSecurityException | DNSSECException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The same key, announced with other flags and protocol (RFC 4034 §2.1). */
  public ZoneSigner announced(int flags, int protocol) {
    return new ZoneSigner(
        new DNSKEYRecord(
            dnskey.getName(),
            DClass.IN,
            TTL,
            flags,
            protocol,
            dnskey.getAlgorithm(),
            dnskey.getKey()),
        secret);
  }

  private static @Nullable KeyPair pair(int algorithm) throws GeneralSecurityException {
    String family =
        switch (algorithm) {
          case 5, 7, 8, 10 -> "RSA";
          case 13, 14 -> "EC";
          case 15 -> "Ed25519";
          case 16 -> "Ed448";
          default -> "";
        };
    if (family.isEmpty()) {
      return null;
    }
    KeyPairGenerator generator = KeyPairGenerator.getInstance(family);
    if (family.equals("EC")) {
      generator.initialize(new ECGenParameterSpec(algorithm == 13 ? "secp256r1" : "secp384r1"));
    } else if (family.equals("RSA")) {
      generator.initialize(1024);
    }
    return generator.generateKeyPair();
  }

  public DNSKEYRecord dnskey() {
    return dnskey;
  }

  /**
   * The DS record that names this key.
   *
   * @param digest its type: 1, 2 or 4
   */
  public DSRecord ds(int digest) {
    return new DSRecord(dnskey.getName(), DClass.IN, TTL, digest, dnskey);
  }

  /**
   * What an RRSIG record says of itself (RFC 4034 §3.1), and so what is signed.
   *
   * @param labels of the owner as signed, without root and asterisk
   */
  public record Terms(
      int typeCovered,
      int algorithm,
      int labels,
      long originalTtl,
      Instant expiration,
      Instant inception,
      int keyTag,
      Name signer) {

    public Terms covering(int type) {
      return new Terms(type, algorithm, labels, originalTtl, expiration, inception, keyTag, signer);
    }

    public Terms of(int otherAlgorithm) {
      return new Terms(
          typeCovered, otherAlgorithm, labels, originalTtl, expiration, inception, keyTag, signer);
    }

    public Terms lasting(long seconds) {
      return new Terms(
          typeCovered, algorithm, labels, seconds, expiration, inception, keyTag, signer);
    }

    public Terms withLabels(int count) {
      return new Terms(
          typeCovered, algorithm, count, originalTtl, expiration, inception, keyTag, signer);
    }

    public Terms valid(Instant from, Instant to) {
      return new Terms(typeCovered, algorithm, labels, originalTtl, to, from, keyTag, signer);
    }

    public Terms by(Name other) {
      return new Terms(
          typeCovered, algorithm, labels, originalTtl, expiration, inception, keyTag, other);
    }

    public Terms tagged(int tag) {
      return new Terms(
          typeCovered, algorithm, labels, originalTtl, expiration, inception, tag, signer);
    }
  }

  /** As it should be: valid from a day before to a day after. */
  public Terms terms(RRset set, Instant now) {
    Name owner = set.getName();
    return new Terms(
        set.getType(),
        dnskey.getAlgorithm(),
        owner.labels() - (owner.isWild() ? 2 : 1),
        set.getTTL(),
        now.plus(DAY),
        now.minus(DAY),
        dnskey.getFootprint(),
        dnskey.getName());
  }

  public RRSIGRecord sign(RRset set, Instant now) {
    return sign(set, terms(set, now));
  }

  /** A signature that is right for these terms, whatever they are. */
  public RRSIGRecord sign(RRset set, Terms terms) {
    return made.computeIfAbsent(set + " " + terms, key -> signed(set, terms));
  }

  private RRSIGRecord signed(RRset set, Terms terms) {
    RRSIGRecord empty = record(set, terms, new byte[1]);
    return record(set, terms, signature(DNSSEC.digestRRset(empty, set)));
  }

  private byte[] signature(byte[] octets) {
    if (secret == null) {
      return new byte[UNKNOWN_KEY_OCTETS];
    }
    try {
      Signature signature =
          Signature.getInstance(
              switch (dnskey.getAlgorithm()) {
                case 5, 7 -> "SHA1withRSA";
                case 8 -> "SHA256withRSA";
                case 10 -> "SHA512withRSA";
                case 13 -> "SHA256withECDSAinP1363Format";
                case 14 -> "SHA384withECDSAinP1363Format";
                case 15 -> "Ed25519";
                default -> "Ed448";
              });
      signature.initSign(secret);
      signature.update(octets);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static RRSIGRecord record(RRset set, Terms terms, byte[] signature) {
    DNSOutput rdata = new DNSOutput();
    rdata.writeU16(terms.typeCovered());
    rdata.writeU8(terms.algorithm());
    rdata.writeU8(terms.labels());
    rdata.writeU32(terms.originalTtl());
    rdata.writeU32(terms.expiration().getEpochSecond() & SERIAL);
    rdata.writeU32(terms.inception().getEpochSecond() & SERIAL);
    rdata.writeU16(terms.keyTag());
    terms.signer().toWireCanonical(rdata);
    rdata.writeByteArray(signature);
    return (RRSIGRecord)
        Record.newRecord(set.getName(), Type.RRSIG, DClass.IN, set.getTTL(), rdata.toByteArray());
  }
}
