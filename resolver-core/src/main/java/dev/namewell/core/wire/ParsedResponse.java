package dev.namewell.core.wire;

/** Octets from a server, read. */
public sealed interface ParsedResponse permits Response, ParsedResponse.Malformed {
  /** Not a DNS message; {@code why} is for logs. */
  record Malformed(String why) implements ParsedResponse {}
}
