package dev.namewell.core.settings;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/** A literal IP address and a port. */
public record Address(InetAddress ip, int port) {
  private static final int IPV6_OCTETS = 16;

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
