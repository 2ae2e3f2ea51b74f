package dev.namewell.core.settings;

import dev.namewell.core.dns.Endpoint;
import java.net.InetAddress;

/** A CIDR block (RFC 4632): an address whose host bits are zero, and a prefix length. */
public record Network(InetAddress address, int prefixLength) {
  public Network {
    byte[] octets = address.getAddress();
    if (prefixLength < 0 || prefixLength > octets.length * 8) {
      throw new IllegalArgumentException("prefix length /" + prefixLength + " is out of range");
    }
    for (int bit = prefixLength; bit < octets.length * 8; bit++) {
      if ((octets[bit / 8] & 0x80 >> bit % 8) != 0) {
        throw new IllegalArgumentException(
            Endpoint.text(address) + "/" + prefixLength + " has host bits set");
      }
    }
  }

  @Override
  public String toString() {
    return Endpoint.text(address) + "/" + prefixLength;
  }
}
