package dev.namewell.core.settings;

import dev.namewell.core.dns.DnsName;
import java.util.List;
import java.util.Optional;

/**
 * How Namewell resolves by itself.
 *
 * @param rootHints the root's servers; empty: those that IANA lists, built in
 * @param rootZone where a copy of the root zone is taken from; empty: the root's servers are asked
 * @param qnameMinimisation servers are shown no more of a name than they need (RFC 9156)
 * @param ipv4 servers may be asked over IPv4
 * @param ipv6 servers may be asked over IPv6
 */
public record RecursionSettings(
    List<RootServer> rootHints,
    Optional<RootZoneSource> rootZone,
    boolean qnameMinimisation,
    boolean ipv4,
    boolean ipv6) {
  /** A server of the root zone. */
  public record RootServer(DnsName name, List<Address> addresses) {
    public RootServer {
      addresses = List.copyOf(addresses);
    }
  }

  public RecursionSettings {
    rootHints = List.copyOf(rootHints);
    if (!ipv4 && !ipv6) {
      throw new IllegalArgumentException("neither IPv4 nor IPv6 is left to ask servers over");
    }
  }

  /** Built-in hints, no copy of the root zone, minimised names, both families. */
  public static RecursionSettings defaults() {
    return new RecursionSettings(List.of(), Optional.empty(), true, true, true);
  }
}
