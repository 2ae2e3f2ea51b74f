package dev.namewell.core.dns;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * A DNS server that can be asked.
 *
 * @param address resolved address and port
 */
public record Endpoint(InetSocketAddress address) {
  private static final int IPV6_OCTETS = 16;

  public Endpoint {
    if (address.isUnresolved()) {
      throw new IllegalArgumentException("unresolved address " + address);
    }
  }

  @Override
  public String toString() {
    return text(address.getAddress(), address.getPort());
  }

  /** {@code 192.0.2.1:53} or {@code [2001:db8::1]:53}, as in the configuration. */
  public static String text(InetAddress ip, int port) {
    String host = text(ip);
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }

  /** The address as people write it, IPv6 in its short form (RFC 5952 §4). */
  public static String text(InetAddress ip) {
    byte[] octets = ip.getAddress();
    if (octets.length != IPV6_OCTETS) {
      return ip.getHostAddress();
    }
    int[] groups = new int[octets.length / 2];
    for (int i = 0; i < groups.length; i++) {
      groups[i] = (octets[2 * i] & 0xff) << Byte.SIZE | (octets[2 * i + 1] & 0xff);
    }
    String whole = ip.getHostAddress();
    int scope = whole.indexOf('%');
    return shortened(groups) + (scope < 0 ? "" : whole.substring(scope));
  }

  /**
   * The longest run of zero groups, the first among equals and of two at least, becomes {@code ::}.
   */
  private static String shortened(int[] groups) {
    int longest = 1;
    int start = -1;
    for (int i = 0, run = 0; i < groups.length; i++) {
      run = groups[i] == 0 ? run + 1 : 0;
      if (run > longest) {
        longest = run;
        start = i - run + 1;
      }
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < groups.length; i++) {
      if (i == start) {
        text.append("::");
        i += longest - 1;
      } else {
        boolean first = text.isEmpty() || text.charAt(text.length() - 1) == ':';
        text.append(first ? "" : ":").append(Integer.toHexString(groups[i]));
      }
    }
    return text.toString();
  }
}
