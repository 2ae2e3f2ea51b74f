package dev.namewell.core.iterate;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Endpoint;
import dev.namewell.core.settings.RecursionSettings.RootServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Where to begin: the servers of the root zone as IANA publishes them, or as configured. */
public final class RootHints {
  private static final int DNS_PORT = 53;

  /** The root hints file of IANA, as of 2025: letter, IPv4 and IPv6 address. */
  private static final String[] IANA = {
    "a 198.41.0.4 2001:503:ba3e::2:30",
    "b 170.247.170.2 2801:1b8:10::b",
    "c 192.33.4.12 2001:500:2::c",
    "d 199.7.91.13 2001:500:2d::d",
    "e 192.203.230.10 2001:500:a8::e",
    "f 192.5.5.241 2001:500:2f::f",
    "g 192.112.36.4 2001:500:12::d0d",
    "h 198.97.190.53 2001:500:1::53",
    "i 192.36.148.17 2001:7fe::53",
    "j 192.58.128.30 2001:503:c27::2:30",
    "k 193.0.14.129 2001:7fd::1",
    "l 199.7.83.42 2001:500:9f::42",
    "m 202.12.27.33 2001:dc3::35"
  };

  private RootHints() {}

  /** The root's delegation by the hints of the configuration; built-in ones if there are none. */
  static Delegation of(List<RootServer> configured) {
    List<NameServer> servers = new ArrayList<>();
    for (RootServer server : configured) {
      servers.add(
          new NameServer(
              server.name(),
              server.addresses().stream()
                  .map(address -> new Endpoint(address.socketAddress()))
                  .toList()));
    }
    if (servers.isEmpty()) {
      for (String line : IANA) {
        String[] words = line.split(" ", -1);
        servers.add(
            new NameServer(
                DnsName.parse(words[0] + ".root-servers.net."),
                List.of(endpoint(words[1]), endpoint(words[2]))));
      }
    }
    return new Delegation(DnsName.ROOT, servers, true);
  }

  /** True if one of these is a server that IANA publishes: then it is the public root. */
  public static boolean areOfIana(List<RootServer> hints) {
    Set<InetAddress> known =
        Arrays.stream(IANA)
            .flatMap(line -> Arrays.stream(line.split(" ", -1)).skip(1))
            .map(InetAddress::ofLiteral)
            .collect(Collectors.toUnmodifiableSet());
    return hints.stream()
        .flatMap(server -> server.addresses().stream())
        .anyMatch(address -> known.contains(address.ip()));
  }

  private static Endpoint endpoint(String literal) {
    return new Endpoint(new InetSocketAddress(InetAddress.ofLiteral(literal), DNS_PORT));
  }
}
