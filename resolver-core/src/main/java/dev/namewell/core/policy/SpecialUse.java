package dev.namewell.core.policy;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.policy.LocalZone.Shape;
import dev.namewell.core.settings.ServiceSettings;
import java.util.HashMap;
import java.util.Map;

/**
 * Names that never leave this host: special-use domain names, and the reverse zones of addresses
 * that mean something else in each network.
 */
final class SpecialUse {
  private static final byte[] LOOPBACK_IPV4 = {127, 0, 0, 1};
  private static final byte[] LOOPBACK_IPV6 = new byte[16];
  private static final DnsName LOCALHOST = DnsName.parse("localhost.");
  private static final DnsName DESIGNATED = DnsName.parse("resolver.arpa.");

  static {
    LOOPBACK_IPV6[15] = 1;
  }

  private SpecialUse() {}

  static Map<DnsName, LocalZone> zones(ServiceSettings service) {
    Map<DnsName, LocalZone> zones = new HashMap<>();
    Map<Integer, byte[]> loopback =
        Map.of(RecordType.A, LOOPBACK_IPV4, RecordType.AAAA, LOOPBACK_IPV6);
    zones.put(LOCALHOST, new LocalZone(LOCALHOST, loopback, Shape.ALL_NAMES_ALIKE));
    addEmpty(zones, "invalid."); // RFC 6761 §6.4
    addEmpty(zones, "test."); // RFC 6761 §6.2
    addEmpty(zones, "onion."); // RFC 7686 §2
    addEmpty(zones, "home.arpa."); // RFC 8375 §4
    addEmpty(zones, "service.arpa."); // RFC 9665 §10.1
    // Who designates no resolver says NODATA for all of it (RFC 9462 §4).
    zones.put(DESIGNATED, new LocalZone(DESIGNATED, Map.of(), Shape.ALL_NAMES_ALIKE));
    if (service.mdns() == ServiceSettings.Mdns.DENY) {
      addEmpty(zones, "local."); // RFC 6762 §22.1
    }
    if (service.privateReverse()) {
      addReverse(zones);
    }
    return zones;
  }

  private static void addReverse(Map<DnsName, LocalZone> zones) {
    for (String zone :
        new String[] {
          "10", "168.192", "0", "127", "254.169", "2.0.192", "100.51.198", "113.0.203"
        }) {
      addEmpty(zones, zone + ".in-addr.arpa."); // RFC 6303 §4.1, §4.2
    }
    addEmpty(zones, "255.255.255.255.in-addr.arpa.");
    for (int i = 16; i <= 31; i++) {
      addEmpty(zones, i + ".172.in-addr.arpa.");
    }
    for (int i = 64; i <= 127; i++) {
      addEmpty(zones, i + ".100.in-addr.arpa."); // RFC 7793
    }
    String zero = "0.".repeat(31);
    addEmpty(zones, "0." + zero + "ip6.arpa.");
    for (String zone :
        new String[] {"d.f", "8.e.f", "9.e.f", "a.e.f", "b.e.f", "8.b.d.0.1.0.0.2"}) {
      addEmpty(zones, zone + ".ip6.arpa."); // RFC 6303 §4.3 to §4.6
    }
    addPointer(zones, "1.0.0.127.in-addr.arpa.");
    addPointer(zones, "1." + zero + "ip6.arpa.");
  }

  private static void addEmpty(Map<DnsName, LocalZone> zones, String name) {
    DnsName apex = DnsName.parse(name);
    zones.put(apex, new LocalZone(apex, Map.of(), Shape.EMPTY));
  }

  private static void addPointer(Map<DnsName, LocalZone> zones, String name) {
    DnsName apex = DnsName.parse(name);
    Map<Integer, byte[]> pointer = Map.of(RecordType.PTR, LOCALHOST.wire());
    zones.put(apex, new LocalZone(apex, pointer, Shape.EMPTY));
  }
}
