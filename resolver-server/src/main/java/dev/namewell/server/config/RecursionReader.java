package dev.namewell.server.config;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.settings.Address;
import dev.namewell.core.settings.RecursionSettings;
import dev.namewell.core.settings.RecursionSettings.RootServer;
import dev.namewell.server.config.value.Addresses;
import dev.namewell.server.config.value.HintsFile;
import dev.namewell.server.config.value.ValueType;
import java.util.List;
import java.util.Optional;

/** Reads the section about resolution from the root. */
final class RecursionReader {
  RecursionSettings read(Fields fields) {
    List<RootServer> hints =
        fields.repeatedOrFile(
            "root-hints",
            "Servers of the root zone: a list, or a file in master format. Default: those that IANA"
                + " publishes, built in.",
            RecursionReader::rootServer,
            HintsFile::read);
    boolean minimise =
        fields.one(
            "qname-minimisation",
            ValueType.onOff(),
            true,
            "Servers are shown no more of a name than they need (RFC 9156).");
    boolean ipv4 = fields.one("ipv4", ValueType.onOff(), true, "Servers may be asked over IPv4.");
    boolean ipv6 = fields.one("ipv6", ValueType.onOff(), true, "Servers may be asked over IPv6.");
    if (!ipv4 && !ipv6) {
      fields.problem("ipv6", "is off as ipv4 is: nobody can be asked (allowed: one of them on)");
      return RecursionSettings.defaults();
    }
    return new RecursionSettings(hints, minimise, ipv4, ipv6);
  }

  private static Optional<RootServer> rootServer(Fields fields) {
    Optional<DnsName> name =
        fields.required("name", RouteReader.ZONE, "a.root-servers.net", "Name of the server.");
    List<Address> addresses =
        fields.manyRequired(
            "addresses",
            Addresses.address(Addresses.DNS_PORT, 1),
            "[\"198.41.0.4\", \"2001:503:ba3e::2:30\"]",
            "Its addresses.");
    return name.isEmpty() || addresses.isEmpty()
        ? Optional.empty()
        : Optional.of(new RootServer(name.get(), addresses));
  }
}
