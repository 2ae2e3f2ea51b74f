package dev.namewell.core.wire;

/** Numbers of EDNS(0) (RFC 6891) and its options. */
public final class Edns {
  /** UDP payload of a client without EDNS, and the least one with it (RFC 6891 §6.2.3). */
  public static final int MIN_UDP_PAYLOAD = 512;

  /** Fits every IPv6 path without fragments (RFC 9715). */
  public static final int DEFAULT_UDP_PAYLOAD = 1232;

  /** RFC 5001. */
  public static final int NSID = 3;

  /** RFC 7873. */
  public static final int COOKIE = 10;

  /** RFC 7828. */
  public static final int TCP_KEEPALIVE = 11;

  /** RFC 8914. */
  public static final int EXTENDED_ERROR = 15;

  private Edns() {}

  /** A client cookie is 8 octets, a server cookie behind it 8 to 32 (RFC 7873 §4). */
  static boolean isCookieLength(int octets) {
    return octets == 8 || (octets >= 16 && octets <= 40);
  }
}
