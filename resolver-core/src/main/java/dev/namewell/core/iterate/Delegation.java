package dev.namewell.core.iterate;

import dev.namewell.core.dns.DnsName;
import java.util.List;

/**
 * A zone and the servers that its parent, the root hints or the configuration name for it.
 *
 * @param configured true: root hints or a stub zone, not learned from a server
 */
public record Delegation(DnsName zone, List<NameServer> servers, boolean configured) {
  public Delegation {
    servers = List.copyOf(servers);
  }
}
