package dev.namewell.core.dns;

/**
 * An Extended DNS Error (RFC 8914).
 *
 * @param code INFO-CODE
 * @param text EXTRA-TEXT in UTF-8, for people; may be empty
 */
public record ExtendedError(int code, String text) {
  public static final int OTHER = 0;
  public static final int STALE_ANSWER = 3;
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
}
