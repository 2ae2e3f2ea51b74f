package dev.namewell.server.config;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.settings.Address;
import dev.namewell.core.settings.RouteSettings;
import dev.namewell.server.config.value.Addresses;
import dev.namewell.server.config.value.Units;
import dev.namewell.server.config.value.ValueType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The keys that say where answers come from. */
final class RouteReader {
  private static final Duration FIRST_TRY = Duration.ofMillis(400);

  private static final String RECURSIVE = "recursive";
  private static final String OF_NO_USE =
      "is of no use where mode is recursive (allowed: one of them)";

  static final ValueType<DnsName> ZONE =
      new ValueType<>(
          RouteReader::zone,
          DnsName::toString,
          "a domain name, as corp.example, or . for all names",
          new ValueType.Form.Pattern(".+"));

  private static final ValueType<RouteSettings.Strategy> STRATEGY =
      ValueType.choice(RouteSettings.Strategy.class);

  private final Surroundings surroundings;
  private final Problems problems;
  private final List<Address> listen;

  /** A reader; {@code listen} is where this server itself is. */
  RouteReader(Surroundings surroundings, Problems problems, List<Address> listen) {
    this.surroundings = surroundings;
    this.problems = problems;
    this.listen = listen;
  }

  List<RouteSettings> read(Fields fields) {
    String mode =
        fields.one(
            "mode",
            ValueType.word(List.of("forward", RECURSIVE)),
            "forward",
            "How names are resolved for which `routes` has no entry: forward asks `upstreams`,"
                + " recursive goes from the root servers down.");
    List<Address> upstreams =
        fields.manyComputed(
            "upstreams",
            upstream(),
            "[\"192.0.2.1\", \"192.0.2.2:5353\"]",
            "Recursive servers that are asked, in this order; port 53 unless given. Short for a"
                + " route for \".\". Default: the name servers of /etc/resolv.conf, without this"
                + " server itself.");
    List<RouteSettings> routes = new ArrayList<>(routesGiven(fields));
    boolean rootGiven = routes.stream().anyMatch(route -> route.zone().isRoot());
    if (rootGiven && fields.has("upstreams")) {
      fields.problem(
          "upstreams", "is given together with a route for \".\" (allowed: one of them)");
    } else if (!rootGiven && !routesBroken(fields, routes)) {
      addRoot(fields, mode, upstreams, routes);
    }
    return routes;
  }

  /** A broken entry of routes may have been meant as the one for the root. */
  private boolean routesBroken(Fields fields, List<RouteSettings> routes) {
    return routes.isEmpty() && fields.has("routes") && !problems.isEmpty();
  }

  private void addRoot(
      Fields fields, String mode, List<Address> given, List<RouteSettings> routes) {
    if (mode.equals(RECURSIVE)) {
      if (fields.has("upstreams")) {
        fields.problem("upstreams", "is of no use where mode is recursive (allowed: one of them)");
      }
      routes.add(RouteSettings.recursive(DnsName.ROOT));
      return;
    }
    List<Address> servers = given;
    if (!fields.has("upstreams")) {
      servers = SystemUpstreams.find(surroundings, listen);
      if (servers.isEmpty()) {
        fields.problem(
            "upstreams",
            "is missing, and the system's resolv.conf names no server but this one (write:"
                + " upstreams: [\"ADDRESS OF A RECURSIVE SERVER\"])");
      }
    }
    if (!servers.isEmpty()) {
      routes.add(
          new RouteSettings(
              DnsName.ROOT,
              RouteSettings.Mode.FORWARD,
              servers,
              RouteSettings.Strategy.ORDERED,
              FIRST_TRY,
              false));
    }
  }

  private List<RouteSettings> routesGiven(Fields fields) {
    List<DnsName> zones = new ArrayList<>();
    return fields.repeated(
        "routes",
        "Zones that are resolved in another way. The longest matching zone wins.",
        below -> {
          Optional<RouteSettings> route = route(below);
          if (route.isPresent() && zones.contains(route.get().zone())) {
            below.problem("zone", "has a route already (allowed: one for each zone)");
          }
          route.ifPresent(given -> zones.add(given.zone()));
          return route;
        });
  }

  private Optional<RouteSettings> route(Fields fields) {
    Optional<DnsName> zone =
        fields.required("zone", ZONE, "corp.example", "The zone: this name and all below it.");
    RouteSettings.Mode mode =
        fields.one(
            "mode",
            ValueType.choice(RouteSettings.Mode.class),
            RouteSettings.Mode.FORWARD,
            "forward asks recursive servers; stub asks the zone's authoritative servers and follows"
                + " their referrals; recursive goes from the root servers down.");
    List<Address> upstreams =
        fields.manyComputed(
            "upstreams",
            upstream(),
            "[\"10.0.0.53\"]",
            "Servers that are asked; none where mode is recursive.");
    RouteSettings.Strategy strategy =
        fields.one(
            "strategy",
            STRATEGY,
            RouteSettings.Strategy.ORDERED,
            "ordered: as listed, the next one after a short timeout; fastest: by round-trip time;"
                + " parallel: all at once, the best answer wins.");
    Duration timeout =
        fields.one(
            "timeout",
            Units.duration(Duration.ofMillis(10), Duration.ofSeconds(10)),
            FIRST_TRY,
            "For the first try, while nothing is known about a server; adapts.");
    boolean fallback =
        fields.one(
            "fallback",
            ValueType.onOff(),
            false,
            "Where these servers fail, the answer is looked for from the root servers down.");
    boolean fits = fits(fields, mode, upstreams, fallback);
    return zone.isEmpty() || !fits
        ? Optional.empty()
        : Optional.of(new RouteSettings(zone.get(), mode, upstreams, strategy, timeout, fallback));
  }

  private boolean fits(
      Fields fields, RouteSettings.Mode mode, List<Address> upstreams, boolean fallback) {
    boolean recursive = mode == RouteSettings.Mode.RECURSIVE;
    if (recursive && fallback) {
      fields.problem("fallback", OF_NO_USE);
      return false;
    }
    if (recursive && fields.has("upstreams")) {
      fields.problem("upstreams", OF_NO_USE);
    } else if (!recursive && !fields.has("upstreams")) {
      fields.problem("upstreams", "is missing (allowed: " + upstream().allowed() + ")");
    }
    return recursive == upstreams.isEmpty();
  }

  /** A server that can be asked, and is not this one. */
  private ValueType<Address> upstream() {
    ValueType<Address> any = Addresses.address(Addresses.DNS_PORT, 1);
    return new ValueType<>(
        text -> checked(any.reader().apply(text)), any.writer(), any.allowed(), any.form());
  }

  private Address checked(Address server) {
    if (!SystemUpstreams.isServer(server)) {
      throw new IllegalArgumentException(server + " is not the address of one server");
    }
    if (SystemUpstreams.isSelf(server, listen, surroundings)) {
      throw new IllegalArgumentException(
          server + " is this server itself: queries would go in circles");
    }
    return server;
  }

  private static DnsName zone(String text) {
    try {
      return DnsName.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          ValueType.quoted(text) + " is not a domain name: " + e.getMessage(), e);
    }
  }
}
