package dev.namewell.core.iterate;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Endpoint;
import java.util.List;

/**
 * One name server of a delegation.
 *
 * @param addresses glue, or what was configured; empty if its addresses have to be found first
 */
public record NameServer(DnsName name, List<Endpoint> addresses) {
  public NameServer {
    addresses = List.copyOf(addresses);
  }
}
