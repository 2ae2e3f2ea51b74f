package dev.namewell.core.dns;

import java.net.InetSocketAddress;

/**
 * A DNS server that can be asked.
 *
 * @param address resolved address and port
 */
public record Endpoint(InetSocketAddress address) {
  public Endpoint {
    if (address.isUnresolved()) {
      throw new IllegalArgumentException("unresolved address " + address);
    }
  }

  /** {@code 192.0.2.1:53} or {@code [2001:db8::1]:53}, as in the configuration. */
  @Override
  public String toString() {
    String host = address.getAddress().getHostAddress();
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
  }
}
