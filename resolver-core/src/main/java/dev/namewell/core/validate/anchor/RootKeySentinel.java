package dev.namewell.core.validate.anchor;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Question;
import dev.namewell.core.dns.RecordClass;
import dev.namewell.core.dns.RecordType;
import java.nio.charset.StandardCharsets;

/** Names by which clients find out whether a root key is trusted here (RFC 8509). */
public final class RootKeySentinel {
  private static final String IS = "root-key-sentinel-is-ta-";
  private static final String NOT = "root-key-sentinel-not-ta-";
  private static final int DIGITS = 5;

  private RootKeySentinel() {}

  /**
   * True if a proved answer to this question has to become SERVFAIL, because its name asks for the
   * contrary of what is so.
   */
  public static boolean denies(Question question, TrustAnchors anchors) {
    if (question.checkingDisabled()
        || question.recordClass() != RecordClass.IN
        || (question.type() != RecordType.A && question.type() != RecordType.AAAA)
        || question.name().isRoot()) {
      return false;
    }
    byte[] wire = question.name().wire();
    String label = new String(wire, 1, wire[0], StandardCharsets.ISO_8859_1);
    int is = tag(label, IS);
    int not = tag(label, NOT);
    return (is >= 0 && !anchors.tags(DnsName.ROOT).contains(is))
        || (not >= 0 && anchors.tags(DnsName.ROOT).contains(not));
  }

  /** The decimal key tag behind a prefix; -1 where there is none. */
  private static int tag(String label, String prefix) {
    if (!label.startsWith(prefix) || label.length() != prefix.length() + DIGITS) {
      return -1;
    }
    int tag = 0;
    for (int i = prefix.length(); i < label.length(); i++) {
      char digit = label.charAt(i);
      if (digit < '0' || digit > '9') {
        return -1;
      }
      tag = tag * 10 + digit - '0';
    }
    return tag;
  }
}
