package dev.namewell.core.dns;

/**
 * An Extended DNS Error (RFC 8914).
 *
 * @param code INFO-CODE
 * @param text EXTRA-TEXT for people: printable ASCII, at most 200 characters; may be empty. What is
 *     given beyond that is cut or shown as question marks, for it may come from a server.
 */
public record ExtendedError(int code, String text) {
  private static final int MAX_TEXT = 200;

  public static final int OTHER = 0;
  public static final int UNSUPPORTED_DNSKEY_ALGORITHM = 1;
  public static final int UNSUPPORTED_DS_DIGEST_TYPE = 2;
  public static final int STALE_ANSWER = 3;
  public static final int DNSSEC_INDETERMINATE = 5;
  public static final int DNSSEC_BOGUS = 6;
  public static final int SIGNATURE_EXPIRED = 7;
  public static final int SIGNATURE_NOT_YET_VALID = 8;
  public static final int DNSKEY_MISSING = 9;
  public static final int RRSIGS_MISSING = 10;
  public static final int NO_ZONE_KEY_BIT_SET = 11;
  public static final int NSEC_MISSING = 12;
  public static final int CACHED_ERROR = 13;
  public static final int NOT_READY = 14;
  public static final int BLOCKED = 15;
  public static final int PROHIBITED = 18;
  public static final int STALE_NXDOMAIN = 19;
  public static final int NOT_AUTHORITATIVE = 20;
  public static final int NOT_SUPPORTED = 21;
  public static final int NO_REACHABLE_AUTHORITY = 22;
  public static final int NETWORK_ERROR = 23;
  public static final int INVALID_DATA = 24;
  public static final int UNSUPPORTED_NSEC3_ITERATIONS = 27;
  public static final int NEGATIVE_TRUST_ANCHOR = 33;

  /** What an answer that cannot be proved may be counted under. */
  public static int[] failuresOfValidation() {
    return new int[] {
      UNSUPPORTED_DNSKEY_ALGORITHM,
      UNSUPPORTED_DS_DIGEST_TYPE,
      DNSSEC_INDETERMINATE,
      DNSSEC_BOGUS,
      SIGNATURE_EXPIRED,
      SIGNATURE_NOT_YET_VALID,
      DNSKEY_MISSING,
      RRSIGS_MISSING,
      NO_ZONE_KEY_BIT_SET,
      NSEC_MISSING,
      NETWORK_ERROR,
      UNSUPPORTED_NSEC3_ITERATIONS
    };
  }

  /**
   * True for what validation finds wrong (RFC 8914 §4.7 to §4.13, §4.28); not for what it has to
   * leave open.
   */
  public boolean isBogus() {
    return (code >= DNSSEC_BOGUS && code <= NSEC_MISSING) || code == UNSUPPORTED_NSEC3_ITERATIONS;
  }

  public ExtendedError {
    StringBuilder printable = new StringBuilder();
    for (int i = 0; i < Math.min(text.length(), MAX_TEXT); i++) {
      char c = text.charAt(i);
      printable.append(c >= ' ' && c <= '~' ? c : '?');
    }
    text = printable.toString();
  }
}
