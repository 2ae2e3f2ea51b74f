package dev.namewell.core.validate;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.KeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The signature algorithms that are verified; a zone that has only others is insecure. */
enum Algorithm {
  RSASHA1(5, "RSA", "SHA1withRSA", 0),
  RSASHA1_NSEC3_SHA1(7, "RSA", "SHA1withRSA", 0),
  RSASHA256(8, "RSA", "SHA256withRSA", 0),
  RSASHA512(10, "RSA", "SHA512withRSA", 0),
  ECDSAP256SHA256(13, "EC", "SHA256withECDSAinP1363Format", 64),
  ECDSAP384SHA384(14, "EC", "SHA384withECDSAinP1363Format", 96),
  ED25519(15, "Ed25519", "Ed25519", 32),
  ED448(16, "Ed448", "Ed448", 57);

  /** Moduli beyond cost too much time (RFC 3110 §2 allows no more either). */
  private static final int MAX_MODULUS = 4096 / 8;

  private static final int MIN_MODULUS = 512 / 8;
  private static final int MAX_EXPONENT = 8;

  private final int number;
  private final String family;
  private final String signatureName;

  /** Octets of the public key, 0 if that varies. */
  private final int keyLength;

  Algorithm(int number, String family, String signatureName, int keyLength) {
    this.number = number;
    this.family = family;
    this.signatureName = signatureName;
    this.keyLength = keyLength;
  }

  /** Null for numbers that are not known (RFC 4035 §5.2). */
  static @Nullable Algorithm of(int number) {
    for (Algorithm each : values()) {
      if (each.number == number) {
        return each;
      }
    }
    return null;
  }

  /** One that hashes with SHA-1 (RFC 9905). */
  boolean isBySha1() {
    return this == RSASHA1 || this == RSASHA1_NSEC3_SHA1;
  }

  /** The name that a number has in zone files, known or not. */
  static String mnemonic(int number) {
    Algorithm known = of(number);
    return known == null ? "algorithm " + number : known.name().replace('_', '-');
  }

  /**
   * A public key and who computes with it.
   *
   * @param provider null: whatever the Java runtime has
   */
  record Key(PublicKey publicKey, @Nullable Provider provider) {}

  /**
   * Reads a public key (RFC 3110, 6605, 8080).
   *
   * @param rdata of a DNSKEY record, whose key begins at {@code start}
   * @param preferred computes with the key if it can; the Java runtime does otherwise
   * @throws GeneralSecurityException if it is no key of this algorithm
   */
  Key key(byte[] rdata, int start, @Nullable Provider preferred) throws GeneralSecurityException {
    byte[] key = Arrays.copyOfRange(rdata, start, rdata.length);
    if (keyLength != 0 && key.length != keyLength) {
      throw new GeneralSecurityException("a key of " + key.length + " octets");
    }
    KeySpec spec =
        switch (this) {
          case ECDSAP256SHA256, ECDSAP384SHA384 -> ec(key);
          case ED25519, ED448 -> edwards(key);
          default -> rsa(key);
        };
    if (preferred != null) {
      try {
        PublicKey usable = factory(preferred).generatePublic(spec);
        Signature.getInstance(signatureName, preferred).initVerify(usable);
        return new Key(usable, preferred);
      } catch (GeneralSecurityException | RuntimeException _) {
        // It does not know the algorithm, or not keys of this size: the runtime may.
      }
    }
    return new Key(KeyFactory.getInstance(family).generatePublic(spec), null);
  }

  /** Keys that a provider has no factory for it translates when it computes with them. */
  private KeyFactory factory(Provider preferred) throws NoSuchAlgorithmException {
    try {
      return KeyFactory.getInstance(family, preferred);
    } catch (NoSuchAlgorithmException _) {
      return KeyFactory.getInstance(family);
    }
  }

  private static KeySpec rsa(byte[] key) throws GeneralSecurityException {
    int length = key.length > 0 ? key[0] & 0xff : 0;
    int start = 1;
    if (length == 0 && key.length > 2) {
      length = (key[1] & 0xff) << 8 | (key[2] & 0xff);
      start = 3;
    }
    int modulus = key.length - start - length;
    if (length == 0 || length > MAX_EXPONENT || modulus < MIN_MODULUS || modulus > MAX_MODULUS) {
      throw new GeneralSecurityException("RSA key of a size that is not accepted");
    }
    return new RSAPublicKeySpec(
        new BigInteger(1, key, start + length, modulus), new BigInteger(1, key, start, length));
  }

  private KeySpec ec(byte[] key) throws GeneralSecurityException {
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
    parameters.init(new ECGenParameterSpec(this == ECDSAP256SHA256 ? "secp256r1" : "secp384r1"));
    int half = key.length / 2;
    ECPoint point =
        new ECPoint(new BigInteger(1, key, 0, half), new BigInteger(1, key, half, half));
    return new ECPublicKeySpec(point, parameters.getParameterSpec(ECParameterSpec.class));
  }

  private KeySpec edwards(byte[] key) {
    byte[] y = new byte[key.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = key[key.length - 1 - i];
    }
    boolean odd = (y[0] & 0x80) != 0;
    y[0] &= 0x7f;
    NamedParameterSpec curve =
        this == ED25519 ? NamedParameterSpec.ED25519 : NamedParameterSpec.ED448;
    return new EdECPublicKeySpec(curve, new EdECPoint(odd, new BigInteger(1, y)));
  }

  /** True if the signature is over these octets; false for whatever is no signature at all. */
  boolean verifies(Key key, byte[] data, byte[] signature) {
    Provider provider = key.provider();
    try {
      Signature verifier =
          provider == null
              ? Signature.getInstance(signatureName)
              : Signature.getInstance(signatureName, provider);
      verifier.initVerify(key.publicKey());
      verifier.update(data);
      return verifier.verify(signature);
    } catch (GeneralSecurityException noSignature) {
      return false;
    }
  }
}
