package dev.namewell.core.settings;

import dev.namewell.core.dns.Endpoint;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** A literal IP address and a port. */
public record Address(InetAddress ip, int port) {
  public Address {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("port " + port + " is not within 0 to 65535");
    }
  }

  public InetSocketAddress socketAddress() {
    return new InetSocketAddress(ip, port);
  }

  /** {@code 192.0.2.1:53} or {@code [2001:db8::1]:53}. */
  @Override
  public String toString() {
    return Endpoint.text(ip, port);
  }
}
