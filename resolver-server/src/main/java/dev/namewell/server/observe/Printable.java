package dev.namewell.server.observe;

/** Makes text from outside safe for one line of a log or a JSON string. */
final class Printable {
  private Printable() {}

  /** The text with everything outside printable ASCII replaced by question marks. */
  static String text(String text) {
    StringBuilder clean = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      clean.append(c < ' ' || c > '~' ? '?' : c);
    }
    return clean.toString();
  }

  /** Appends printable ASCII as the inside of a JSON string (RFC 8259 §7). */
  static void json(StringBuilder line, String printable) {
    for (int i = 0; i < printable.length(); i++) {
      char c = printable.charAt(i);
      if (c == '"' || c == '\\') {
        line.append('\\');
      }
      line.append(c);
    }
  }
}
