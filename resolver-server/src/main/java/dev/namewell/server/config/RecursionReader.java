package dev.namewell.server.config;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.settings.Address;
import dev.namewell.core.settings.RecursionSettings;
import dev.namewell.core.settings.RecursionSettings.RootServer;
import dev.namewell.core.settings.RootZoneSource;
import dev.namewell.server.config.value.Addresses;
import dev.namewell.server.config.value.HintsFile;
import dev.namewell.server.config.value.ValueType;
import dev.namewell.server.config.value.ZoneFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the section about resolution from the root. */
final class RecursionReader {
  private static final ValueType<Address> SERVER = Addresses.address(Addresses.DNS_PORT, 1);

  private static final ValueType<RootZoneSource> ROOT_ZONE =
      new ValueType<>(
          RecursionReader::source,
          RecursionReader::text,
          "an address, or the whole path of a file in master format",
          new ValueType.Form.Pattern(".+"));

  RecursionSettings read(Fields fields) {
    List<RootServer> hints =
        fields.repeatedOrFile(
            "root-hints",
            "Servers of the root zone: a list, or a file in master format. Default: those that IANA"
                + " publishes, built in.",
            RecursionReader::rootServer,
            HintsFile::read);
    List<RootZoneSource> sources =
        fields.manyComputed(
            "root-zone",
            ROOT_ZONE,
            "[\"192.0.32.132\", \"192.0.47.132\"]",
            "Where a copy of the root zone is taken from (RFC 8806), so that the root's servers"
                + " need not be asked: servers that allow zone transfer, tried in this order, or a"
                + " file in master format. Its ZONEMD is checked (RFC 8976). Default: no copy.");
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
    return new RecursionSettings(hints, rootZone(fields, sources), minimise, ipv4, ipv6);
  }

  private static Optional<RootZoneSource> rootZone(Fields fields, List<RootZoneSource> sources) {
    if (sources.size() <= 1) {
      return sources.stream().findFirst();
    }
    List<Address> servers = new ArrayList<>();
    for (int i = 0; i < sources.size(); i++) {
      switch (sources.get(i)) {
        case RootZoneSource.Transfer(List<Address> given) -> servers.addAll(given);
        case RootZoneSource.File(String name, _) ->
            fields.problem(
                "root-zone", i, name + " does not stand alone (allowed: one file, or addresses)");
      }
    }
    return Optional.of(new RootZoneSource.Transfer(servers));
  }

  private static RootZoneSource source(String text) {
    return text.startsWith("/")
        ? new RootZoneSource.File(text, ZoneFile.read(text))
        : new RootZoneSource.Transfer(List.of(SERVER.reader().apply(text)));
  }

  private static String text(RootZoneSource source) {
    return switch (source) {
      case RootZoneSource.File(String name, _) -> name;
      case RootZoneSource.Transfer(List<Address> servers) -> servers.getFirst().toString();
    };
  }

  private static Optional<RootServer> rootServer(Fields fields) {
    Optional<DnsName> name =
        fields.required("name", RouteReader.ZONE, "a.root-servers.net", "Name of the server.");
    List<Address> addresses =
        fields.manyRequired(
            "addresses", SERVER, "[\"198.41.0.4\", \"2001:503:ba3e::2:30\"]", "Its addresses.");
    return name.isEmpty() || addresses.isEmpty()
        ? Optional.empty()
        : Optional.of(new RootServer(name.get(), addresses));
  }
}
