package dev.namewell.core.dns;

import java.util.Arrays;

/** Presentation form of domain names (RFC 1035 §5.1, RFC 4343 §2.1). */
public final class NameText {
  private NameText() {}

  static DnsName parse(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("empty name (the root is written as a single dot)");
    }
    if (text.equals(".")) {
      return DnsName.ROOT;
    }
    byte[] wire = new byte[DnsName.MAX_LENGTH + 1];
    int label = 0;
    int at = 1;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '.') {
        closeLabel(wire, label, at);
        label = at;
        at++;
        if (at > DnsName.MAX_LENGTH) {
          throw new IllegalArgumentException("name longer than 255 octets");
        }
        continue;
      }
      if (c > '~') {
        throw new IllegalArgumentException("character outside ASCII: write the xn-- form");
      }
      int octet = c;
      if (c == '\\') {
        octet = escaped(text, i);
        i += isDigit(text, i + 1) ? 3 : 1;
      }
      if (at >= DnsName.MAX_LENGTH) {
        throw new IllegalArgumentException("name longer than 255 octets");
      }
      wire[at++] = Ascii.lower((byte) octet);
    }
    if (at - label > 1) {
      closeLabel(wire, label, at);
      at++;
    }
    if (at > DnsName.MAX_LENGTH) {
      throw new IllegalArgumentException("name longer than 255 octets");
    }
    return DnsName.ofLowerCase(Arrays.copyOf(wire, at));
  }

  private static void closeLabel(byte[] wire, int label, int at) {
    int length = at - label - 1;
    if (length == 0) {
      throw new IllegalArgumentException("empty label");
    }
    if (length > DnsName.MAX_LABEL_LENGTH) {
      throw new IllegalArgumentException("label longer than 63 octets");
    }
    wire[label] = (byte) length;
  }

  private static int escaped(String text, int backslash) {
    if (backslash + 1 >= text.length()) {
      throw new IllegalArgumentException("name ends in a lone backslash");
    }
    if (!isDigit(text, backslash + 1)) {
      return text.charAt(backslash + 1);
    }
    if (!isDigit(text, backslash + 2) || !isDigit(text, backslash + 3)) {
      throw new IllegalArgumentException("an escape is \\DDD with three digits");
    }
    int value = Integer.parseInt(text, backslash + 1, backslash + 4, 10);
    if (value > 255) {
      throw new IllegalArgumentException("escape above \\255");
    }
    return value;
  }

  private static boolean isDigit(String text, int index) {
    return index < text.length() && text.charAt(index) >= '0' && text.charAt(index) <= '9';
  }

  /** Writes an uncompressed wire-form name as text; letters keep their case. */
  public static String format(byte[] wire, int offset) {
    if (wire[offset] == 0) {
      return ".";
    }
    StringBuilder text = new StringBuilder(wire.length - offset + 8);
    int at = offset;
    while (wire[at] != 0) {
      int end = at + 1 + wire[at];
      for (int i = at + 1; i < end; i++) {
        append(text, wire[i] & 0xff);
      }
      text.append('.');
      at = end;
    }
    return text.toString();
  }

  private static void append(StringBuilder text, int octet) {
    if (octet <= ' ' || octet > '~') {
      text.append('\\')
          .append((char) ('0' + octet / 100))
          .append((char) ('0' + octet / 10 % 10))
          .append((char) ('0' + octet % 10));
    } else {
      if (".\\\"();@$".indexOf(octet) >= 0) {
        text.append('\\');
      }
      text.append((char) octet);
    }
  }
}
