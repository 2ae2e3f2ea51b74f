package dev.namewell.server.config.value;

import static dev.namewell.server.config.value.ValueType.quoted;

import dev.namewell.core.settings.Address;
import dev.namewell.core.settings.Network;
import dev.namewell.server.config.value.ValueType.Form;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;

/** Literal addresses and networks. Names are never resolved: that would need a resolver. */
public final class Addresses {
  /** Port of DNS over UDP and TCP (RFC 1035 §4.2). */
  public static final int DNS_PORT = 53;

  private static final int IPV4_PARTS = 4;
  private static final String PORT_PATTERN = "(:[0-9]{1,5})?";
  private static final String IPV4_PATTERN = "[0-9]{1,3}(\\.[0-9]{1,3}){3}";
  private static final String IPV6_PATTERN = "[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(%[^\\]]+)?";

  private Addresses() {}

  public static ValueType<Address> address(int defaultPort, int leastPort) {
    return new ValueType<>(
        text -> checkPort(parse(text, defaultPort), leastPort),
        Address::toString,
        "an IP address, with a port where it is not "
            + defaultPort
            + ", as 192.0.2.1:"
            + defaultPort
            + " or [2001:db8::1]:"
            + defaultPort,
        new Form.Pattern(
            "^("
                + IPV4_PATTERN
                + PORT_PATTERN
                + "|"
                + IPV6_PATTERN
                + "|\\["
                + IPV6_PATTERN
                + "\\]"
                + PORT_PATTERN
                + ")$"));
  }

  public static ValueType<Network> network() {
    return new ValueType<>(
        Addresses::readNetwork,
        Network::toString,
        "a network as 192.168.0.0/16 or fc00::/7, or one address",
        new Form.Pattern("^(" + IPV4_PATTERN + "|" + IPV6_PATTERN + ")(/[0-9]{1,3})?$"));
  }

  /**
   * Reads {@code 192.0.2.1}, {@code 192.0.2.1:53}, {@code 2001:db8::1} or {@code [2001:db8::1]:53}.
   *
   * @throws IllegalArgumentException that says what is wrong
   */
  public static Address parse(String text, int defaultPort) {
    if (text.startsWith("[")) {
      int end = text.indexOf(']');
      if (end < 0) {
        throw new IllegalArgumentException(quoted(text) + " has no closing bracket");
      }
      String rest = text.substring(end + 1);
      if (!rest.isEmpty() && !rest.startsWith(":")) {
        throw new IllegalArgumentException(quoted(text) + " has text behind its bracket");
      }
      int port = rest.isEmpty() ? defaultPort : port(text, rest.substring(1));
      return new Address(ip(text.substring(1, end)), port);
    }
    int colon = text.indexOf(':');
    if (colon >= 0 && colon == text.lastIndexOf(':')) {
      int port = port(text, text.substring(colon + 1));
      return new Address(ip(text.substring(0, colon)), port);
    }
    return new Address(ip(text), defaultPort);
  }

  private static Address checkPort(Address address, int leastPort) {
    if (address.port() < leastPort) {
      throw new IllegalArgumentException("port " + address.port() + " cannot be asked");
    }
    return address;
  }

  private static int port(String whole, String text) {
    try {
      int port = Integer.parseInt(text);
      if (port >= 0 && port <= 0xffff && text.charAt(0) != '+') {
        return port;
      }
    } catch (NumberFormatException _) {
      // The same words as for a port out of range.
    }
    throw new IllegalArgumentException(quoted(whole) + " has no port from 0 to 65535");
  }

  /**
   * Reads a literal IPv4 address of four decimal parts, or an IPv6 address with or without scope.
   *
   * @throws IllegalArgumentException if it is neither
   */
  public static InetAddress ip(String text) {
    try {
      if (text.indexOf(':') >= 0) {
        return Inet6Address.ofLiteral(text);
      }
      if (isDottedQuad(text)) {
        return Inet4Address.ofLiteral(text);
      }
    } catch (IllegalArgumentException _) {
      // One message for all that is no address.
    }
    throw new IllegalArgumentException(quoted(text) + " is not an IP address");
  }

  private static boolean isDottedQuad(String text) {
    int parts = 1;
    int digits = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '.' && digits > 0) {
        parts++;
        digits = 0;
      } else if (c >= '0' && c <= '9') {
        digits++;
      } else {
        return false;
      }
    }
    return parts == IPV4_PARTS && digits > 0;
  }

  private static Network readNetwork(String text) {
    int slash = text.indexOf('/');
    InetAddress address = ip(slash < 0 ? text : text.substring(0, slash));
    if (slash < 0) {
      return new Network(address, address.getAddress().length * Byte.SIZE);
    }
    int prefix;
    try {
      prefix = Integer.parseInt(text.substring(slash + 1));
    } catch (NumberFormatException _) {
      throw new IllegalArgumentException(quoted(text) + " has no prefix length");
    }
    return new Network(address, prefix);
  }
}
