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

  public ExtendedError {
    StringBuilder printable = new StringBuilder();
    for (int i = 0; i < Math.min(text.length(), MAX_TEXT); i++) {
      char c = text.charAt(i);
      printable.append(c >= ' ' && c <= '~' ? c : '?');
    }
    text = printable.toString();
  }
}
