package dev.namewell.server.listen;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The addresses of this machine's interfaces that are up. */
final class LocalAddresses {
  private LocalAddresses() {}

  /**
   * The addresses of the family of {@code wildcard}, by their text: unlike the objects, texts of
   * equal link-local addresses on two interfaces differ.
   */
  static Map<String, InetAddress> like(InetAddress wildcard) throws SocketException {
    boolean ipv4 = wildcard instanceof Inet4Address;
    Map<String, InetAddress> found = new LinkedHashMap<>();
    for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
      if (each.isUp()) {
        for (InetAddress address : Collections.list(each.getInetAddresses())) {
          if (address instanceof Inet4Address == ipv4) {
            found.put(address.getHostAddress(), address);
          }
        }
      }
    }
    return found;
  }
}
